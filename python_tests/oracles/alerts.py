"""Alerts again in pandas, numpy and scipy: windows, baselines, tests, the control of false alarms, and episodes.

`quiet_measures` simulates series in which nothing ever happens.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from math import asin, pi, sqrt
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

WEEKS, HOLD, FALSE_SHARE, MONTH, SPREAD_DAYS = 8, 7, 0.05, 30, 365
SHARES, MEANS = ("csat", "service_level", "funnel_step"), ("sentiment",)
CUTS = {
    "total": [],
    "channel": ["channel_code"],
    "touchpoint": ["touchpoint_code"],
    "region": ["region"],
    "touchpoint_region": ["touchpoint_code", "region"],
    "step": ["step_code"],
}


def unit_of(metric: str) -> str:
    """How a metric is counted."""
    return "share" if metric in SHARES else "mean" if metric in MEANS else "count"


def level_of(unit: str, total: float, size: float) -> float:
    """The observed value on the scale on which chance has the same size everywhere."""
    if unit == "count":
        return 2 * sqrt(total + 3 / 8)
    return asin(sqrt((total + 3 / 8) / (size + 3 / 4))) if unit == "share" else total / size


def windows(
    measures: pd.DataFrame, rule: dict[str, Any], first: date, last: date
) -> Iterable[tuple[str, pd.DataFrame]]:
    """Of each subject of a rule, the sums of its window on each day from its first full window on."""
    mine = measures[measures["metric_code"] == rule["metric_code"]]
    if mine.empty:
        return
    columns = CUTS[rule["grain"]]
    if "region" in columns:
        mine = mine[mine["region"] != "(unknown)"]
    mine = mine.assign(subject="(all)" if not columns else mine[columns].agg("/".join, axis=1))
    for subject, group in mine.groupby("subject"):
        days = group.groupby("measured_date")[["numerator", "denominator", "square_sum"]].sum()
        days = days[days.index <= last]
        if days.empty:
            continue
        every = [first + timedelta(days=i) for i in range((last - first).days + 1)]
        dense = days.reindex([day for day in every if day >= days.index.min()], fill_value=0.0)
        yield str(subject), dense.rolling(rule["window_days"]).sum().dropna().round(9)


def tests(
    measures: pd.DataFrame, rules: list[dict[str, Any]], first: date, last: date
) -> pd.DataFrame:
    """Every test of the rules on changes and thresholds, with its p value."""
    found = []
    for rule in rules:
        unit = unit_of(rule["metric_code"])
        for subject, days in windows(measures, rule, first, last):
            if rule["kind"] in ("threshold", "sla"):
                found += list(_thresholds(rule, subject, days))
            elif rule["kind"] in ("change", "funnel_drop", "sentiment"):
                found += list(_changes(rule, subject, days, unit))
    return pd.DataFrame(found)


def _thresholds(rule: dict[str, Any], subject: str, days: pd.DataFrame) -> Iterable[dict[str, Any]]:
    for day, row in days.iterrows():
        n = row["denominator"]
        if n >= rule["min_count"] and n > 0:
            away = level_of("share", row["numerator"], n) - asin(sqrt(rule["threshold"]))
            score = 2 * sqrt(n + 0.5) * away * (1 if rule["direction"] == "up" else -1)
            yield {
                **_named(rule, subject, day),
                "observed": row["numerator"] / n,
                "expected": rule["threshold"],
                "p_value": stats.norm.sf(score),
                "is_relevant": score > 0,
            }


def _changes(
    rule: dict[str, Any], subject: str, days: pd.DataFrame, unit: str
) -> Iterable[dict[str, Any]]:
    step = timedelta(days=-(-rule["window_days"] // 7) * 7)
    rows = {
        day: (row["numerator"], row["denominator"], row["square_sum"])
        for day, row in days.iterrows()
        if unit == "count" or row["denominator"] > 0
    }
    told: list[float] = []
    for day, (total, size, squares) in sorted(rows.items()):
        earlier = [rows.get(day - step * week) for week in range(1, WEEKS + 1)]
        known = [week for week in earlier if week is not None]
        if len(known) < WEEKS:
            continue
        levels = np.array([level_of(unit, x, n) for x, n, _ in known])
        values = [x if unit == "count" else x / n for x, n, _ in known]
        expected, middle = float(np.median(values)), float(np.median(levels))
        observed = total if unit == "count" else total / size
        told = [*told, float(np.median(np.abs(levels - middle)))][-SPREAD_DAYS:]
        if (max(observed, expected) if unit == "count" else size) < rule["min_count"]:
            continue
        deviation = float(np.mean(told))
        freedom = 0.37 * (WEEKS - 1 + len(told) / step.days)
        seen = 1.4826 * WEEKS / (WEEKS - 0.8) * deviation * sqrt(1 + pi / 2 / WEEKS)
        base = sum(n for _, n, _ in known)
        if unit == "count":
            variance = 1 + pi / 2 / WEEKS
        elif unit == "share":
            variance = 1 / (4 * (size + 0.5)) + pi / 2 / (4 * (base + 0.5))
        else:
            n = size + base
            mean = (total + sum(x for x, _, _ in known)) / n
            spread = (squares + sum(s for _, _, s in known)) / n - mean**2
            variance = max(0.0, spread) * (1 / size + pi / 2 / base)
        error = max(seen, sqrt(variance))
        if error == 0:
            continue
        t = (level_of(unit, total, size) - middle) / error
        tail = stats.t.sf(abs(t), freedom)
        p = tail if (rule["direction"] == "up") == (t > 0) else 1 - tail
        p = 2 * tail if rule["direction"] == "both" else p
        least = rule["threshold"] * (1 if rule["kind"] == "sentiment" else expected)
        wrong_way = (rule["direction"] == "up" and observed <= expected) or (
            rule["direction"] == "down" and observed >= expected
        )
        yield {
            **_named(rule, subject, day),
            "observed": observed,
            "expected": expected,
            "p_value": p,
            "is_relevant": abs(observed - expected) >= least and not wrong_way,
        }


def _named(rule: dict[str, Any], subject: str, day: Any) -> dict[str, Any]:
    return {"rule_code": rule["rule_code"], "subject": subject, "day": day}


def controlled(p_values: list[float]) -> list[float]:
    """q values by Benjamini and Hochberg, in the order given."""
    return list(stats.false_discovery_control(p_values, method="bh")) if p_values else []


def episodes(days: list[int], hold: int = HOLD) -> list[tuple[int, int]]:
    """First and last breach of each run that no longer silence parts."""
    runs: list[tuple[int, int]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] <= hold:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def quiet_measures(seed: int, months: int, spread: float = 1.0) -> pd.DataFrame:
    """Daily measures in which nothing happens; counts vary `spread` times as much as by chance.

    The longest window, and eight more before it, come before the months that are judged.
    """
    generator = np.random.default_rng(seed)
    days = QUIET_LEAD + months * MONTH
    weekday = 1 + 0.3 * np.sin(2 * np.pi * np.arange(days) / 7)
    dates = [date(2000, 1, 3) + timedelta(days=i) for i in range(days)]
    frames = []

    def counts(mean: float) -> np.ndarray:
        means = mean * weekday
        if spread > 1:
            means = generator.gamma(means / (spread - 1), spread - 1)
        return generator.poisson(means).astype(float)

    def add(metric: str, numerator: np.ndarray, **more: Any) -> None:
        columns = {"touchpoint_code": None, "channel_code": None, "region": "x", "step_code": None}
        columns |= {"denominator": None, "square_sum": None} | more
        frames.append(
            pd.DataFrame(
                {"metric_code": metric, "measured_date": dates, "numerator": numerator, **columns}
            )
        )

    for number in range(12):
        add("touches", counts(20 * 1.5**number), channel_code=f"c{number}")
    add("orders", counts(60), channel_code="c0")
    for number in range(12):
        add("complaints", counts(1 + number), touchpoint_code=f"t{number}")
    for metric, share in (("csat", 0.75), ("service_level", 0.9)):
        for number in range(6):
            sizes = generator.poisson(3 + 2 * number, days)
            good = generator.binomial(sizes, share).astype(float)
            add(metric, good, denominator=sizes, touchpoint_code=f"t{number}")
    for number in range(8):
        sizes = generator.poisson(10 * (number + 1), days)
        passed = generator.binomial(sizes, 0.2 + 0.08 * number).astype(float)
        add("funnel_step", passed, denominator=sizes, step_code=f"f:{number}")
    for number in range(6):
        sizes = generator.poisson(3 + 3 * number, days)
        means = np.array([generator.normal(0.2, 0.5, n).clip(-1, 1) for n in sizes], dtype=object)
        add(
            "sentiment",
            np.array([values.sum() for values in means]),
            denominator=sizes,
            square_sum=np.array([(values**2).sum() for values in means]),
            touchpoint_code=f"t{number}",
        )
    return pd.concat(frames)


# the longest window, eight times back, and itself
QUIET_LEAD = 28 * 9


def quiet_complaints(seed: int, months: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Complaints that fall on regions as the orders do, and these orders: (cases, orders)."""
    generator = np.random.default_rng(seed)
    days = QUIET_LEAD + months * MONTH
    shares = np.arange(1, 11) / 55
    regions = np.array([f"r{number}" for number in range(10)])
    cases, orders = [], []
    for i in range(days):
        day = date(2000, 1, 3) + timedelta(days=i)
        orders += [(region, day) for region in generator.choice(regions, 30, p=shares)]
        for touchpoint in ("t0", "t1", "t2"):
            chosen = generator.choice(regions, generator.poisson(0.7), p=shares)
            cases += [(touchpoint, region, day) for region in chosen]
    return (
        pd.DataFrame(cases, columns=["about_touchpoint_code", "region", "opened_date"]),
        pd.DataFrame(orders, columns=["region", "ordered_date"]),
    )
