"""Drivers of outcomes by brute force: a least-squares fit for every set of players, and again without each group."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from oracles.data_driven import group_of
from oracles.funnels import wilson
from oracles.landing import business_date
from oracles.profiles import is_purchase

if TYPE_CHECKING:
    from oracles.world import World

COLLECT, WINDOW = timedelta(hours=72), timedelta(days=90)
Z = 1.959963984540054
NON_RESPONSE = "(non_response)"


@dataclass
class Unit:
    """One person of one outcome: what it came to, and the last judgement of each touchpoint before it."""

    person: int
    outcome: float
    is_reached: bool
    opens: datetime
    states: dict[str, bool]


def units(world: World, is_judging: bool = True) -> dict[str, list[Unit]]:
    """Persons by outcome, with what they judged before the window opened; by default those who judged something."""
    answers: dict[int, list[tuple[datetime, int, str, bool]]] = defaultdict(list)
    overall: dict[int, tuple[datetime, int, float, bool]] = {}
    for score in world.scores:
        if score.person is None or score.scaled is None or score.is_satisfied is None:
            continue
        if score.kind == "nps":
            told = (score.at, score.record.key, float(score.scaled), score.is_satisfied)
            overall[score.person] = max(overall.get(score.person, told), told)
        else:
            answers[score.person].append(
                (score.at, score.record.key, score.code, score.is_satisfied)
            )
    found: dict[str, list[Unit]] = defaultdict(list)

    def add(name: str, person: int, opens: datetime, outcome: float, is_reached: bool) -> None:
        mine = sorted(answer for answer in answers.get(person, []) if answer[0] < opens)
        if mine or not is_judging:
            states = {code: is_good for _, _, code, is_good in mine}
            found[name].append(Unit(person, outcome, is_reached, opens, states))

    for person, (at, _, scaled, is_promoter) in overall.items():
        add("overall", person, at, scaled, is_promoter)
    conversions: dict[int | None, list[datetime]] = defaultdict(list)
    for conversion in world.conversions:
        if conversion.goal == "order":
            conversions[conversion.person].append(conversion.at)
    orders: dict[int | None, list[tuple[datetime, bool]]] = defaultdict(list)
    for order in world.orders:
        if order.is_paid:
            orders[order.person].append((order.at, is_purchase(order)))
    for person, mine in answers.items():
        opens = min(answer[0] for answer in mine) + COLLECT
        if opens + WINDOW <= world.as_of:
            reached = any(opens < at <= opens + WINDOW for at in conversions[person])
            add("conversion", person, opens, float(reached), reached)
        if not orders[person]:
            continue
        first = min(at for at, _ in orders[person])
        first_day = min(business_date(at) for at, _ in orders[person])
        since = [answer[0] for answer in mine if answer[0] >= first]
        if not since:
            continue
        opens = min(since) + COLLECT
        again = [at for at, kept in orders[person] if kept and business_date(at) > first_day]
        if opens + WINDOW <= world.as_of and not any(at <= opens for at in again):
            reached = any(opens < at <= opens + WINDOW for at in again)
            add("repurchase", person, opens, float(reached), reached)
    return dict(found)


def touchpoints_of(found: list[Unit]) -> list[str]:
    """The eight touchpoints that most persons judged."""
    counts = Counter(code for unit in found for code in unit.states)
    return sorted(counts, key=lambda code: (-counts[code], code))[:8]


def r_squared(columns: list[np.ndarray], outcome: np.ndarray) -> float:
    """Explained share of a least-squares fit; all of it is less its mean."""
    total = float(outcome @ outcome)
    if total <= 1e-9 or not columns:
        return 0.0
    design = np.column_stack(columns)
    rest = outcome - design @ np.linalg.lstsq(design, outcome, rcond=1e-9)[0]
    return 1.0 - float(rest @ rest) / total


def importances(found: list[Unit], codes: list[str]) -> dict[str, float]:
    """Shapley share of each player, scaled by adjusted ÷ plain R²."""
    outcome = np.array([unit.outcome for unit in found])
    players: dict[str, list[np.ndarray]] = {NON_RESPONSE: []}
    for code in codes:
        answered = np.array([float(code in unit.states) for unit in found])
        satisfied = np.array([float(unit.states.get(code, False)) for unit in found])
        players[NON_RESPONSE].append(answered)
        share = satisfied.sum() / answered.sum() if answered.sum() else 0.0
        players[code] = [satisfied - share * answered]
    names = list(players)
    # a rotation keeps lengths and angles, and every fit with them: few rows say as much as all persons
    everything = np.column_stack([*(c for name in names for c in players[name]), outcome])
    turned = iter(np.linalg.qr(everything - everything.mean(axis=0), mode="r").T)
    rotated = {name: [next(turned) for _ in players[name]] for name in names}
    rotated_outcome = next(turned)
    value = {
        members: r_squared([c for name in members for c in rotated[name]], rotated_outcome)
        for size in range(len(names) + 1)
        for members in combinations(names, size)
    }
    plain: dict[str, float] = {}
    for name in names:
        parts = []
        for members, explained in value.items():
            if name in members:
                continue
            joined = tuple(n for n in names if n in members or n == name)
            weight = (
                math.factorial(len(members))
                * math.factorial(len(names) - len(members) - 1)
                / math.factorial(len(names))
            )
            parts.append(weight * (value[joined] - explained))
        plain[name] = math.fsum(parts)
    whole = value[tuple(names)]
    design = np.column_stack([c for name in names for c in players[name]])
    rank = int(np.linalg.matrix_rank(design - design.mean(axis=0), tol=1e-6))
    left = len(found) - 1 - rank
    adjusted = max(0.0, 1 - (1 - whole) * (len(found) - 1) / left) if left else 0.0
    scale = adjusted / whole if whole > 1e-12 else 0.0
    return {name: share * scale for name, share in plain.items()}


def effects(found: list[Unit], codes: list[str]) -> dict[str, float | None]:
    """Mean outcome of the satisfied less that of the dissatisfied."""
    result: dict[str, float | None] = {}
    for code in codes:
        split: dict[bool, list[float]] = {True: [], False: []}
        for unit in found:
            if code in unit.states:
                split[unit.states[code]].append(unit.outcome)
        result[code] = (
            math.fsum(split[True]) / len(split[True]) - math.fsum(split[False]) / len(split[False])
            if split[True] and split[False]
            else None
        )
    return result


def _half_width(whole: float, replicates: list[float]) -> float:
    count = len(replicates)
    mean = math.fsum(replicates) / count
    return Z * math.sqrt((count - 1) / count * math.fsum((r - mean) ** 2 for r in replicates))


def drivers(found: list[Unit], min_sample: int = 200) -> dict[str, dict[str, object]]:
    """What the mart shows of one outcome, by touchpoint."""
    codes = touchpoints_of(found)
    judged = [unit for unit in found if any(code in unit.states for code in codes)]
    groups = sorted({group_of(unit.person) for unit in judged})
    whole, effect = importances(judged, codes), effects(judged, codes)
    is_shown = len(judged) >= min_sample
    shares: dict[str, list[float]] = defaultdict(list)
    moves: dict[str, list[float]] = defaultdict(list)
    for group in groups if is_shown else ():
        rest = [unit for unit in judged if group_of(unit.person) != group]
        for name, share in importances(rest, codes).items():
            shares[name].append(share)
        for name, difference in effects(rest, codes).items():
            if difference is not None:
                moves[name].append(difference)
    ranked = sorted(codes, key=lambda code: (-round(whole[code], 12), code))
    rows: dict[str, dict[str, object]] = {}
    for name in [*codes, NON_RESPONSE]:
        states = [unit.states[name] for unit in judged if name in unit.states]
        row: dict[str, object] = dict.fromkeys(
            ("importance", "low", "high", "explained_share", "effect_high_minus_low")
        )
        row |= {"driver_rank": None, "effect_high_minus_low_from": None}
        if is_shown:
            width = _half_width(whole[name], shares[name])
            row |= {
                "importance": whole[name],
                "low": max(0.0, whole[name] - width) if width else None,
                "high": min(1.0, whole[name] + width) if width else None,
                "explained_share": math.fsum(whole.values()),
                "driver_rank": ranked.index(name) + 1 if name in codes else None,
            }
            difference = effect.get(name)
            if difference is not None and min(sum(states), len(states) - sum(states)) >= 30:
                row["effect_high_minus_low"] = difference
                width = _half_width(difference, moves[name])
                row["effect_high_minus_low_from"] = max(-1.0, difference - width) if width else None
        row |= {
            "user_count": len(states) if name in codes else None,
            "high_count": sum(states) if name in codes else None,
            "low_count": len(states) - sum(states) if name in codes else None,
            "outcome_user_count": len(judged),
            "is_suppressed": not is_shown,
        }
        rows[name] = row
    return rows


def associations(world: World, min_sample: int = 30) -> dict[tuple[str, str], dict[str, object]]:
    """Persons with and without each factor, how many of each reached the outcome, and the lift with its interval."""
    complained: dict[int, datetime] = {}
    for case in world.cases:
        if case.is_complaint and case.person is not None:
            complained[case.person] = min(complained.get(case.person, case.opened), case.opened)
    tables: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for outcome, found in units(world, is_judging=False).items():
        for unit in found:
            factors = dict(unit.states)
            factors["(complaint)"] = complained.get(unit.person, unit.opens) < unit.opens
            for factor, is_exposed in factors.items():
                table = tables[outcome, factor]
                table[0 if is_exposed else 2] += 1
                table[1 if is_exposed else 3] += unit.is_reached
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for key, (n, reached, other_n, other_reached) in tables.items():
        row: dict[str, object] = {
            "exposed_count": n,
            "exposed_reached_count": reached,
            "other_count": other_n,
            "other_reached_count": other_reached,
            "exposed_rate": reached / n if n >= min_sample else None,
            "other_rate_high": wilson(other_reached, other_n)[1] if other_n >= min_sample else None,
            "lift": None,
            "low": None,
            "high": None,
            "is_suppressed": min(n, other_n) < min_sample,
        }
        if min(n, other_n) >= min_sample and other_reached:
            row["lift"] = (reached / n) / (other_reached / other_n)
            if reached:
                spread = math.sqrt(1 / reached - 1 / n + 1 / other_reached - 1 / other_n)
                row["low"] = math.exp(math.log(row["lift"]) - Z * spread)
                row["high"] = math.exp(math.log(row["lift"]) + Z * spread)
        rows[key] = row
    return rows
