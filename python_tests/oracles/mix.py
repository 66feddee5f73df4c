"""Changes of rates between months, split by changing weights first and rates first, and taking the mean of the two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from oracles.metrics import after, month_of, session_units

if TYPE_CHECKING:
    from oracles.world import World

# (metric, dimension, category, month) -> [numerator, denominator]
Parts = dict[tuple[str, str, str, date], list[Fraction]]


def parts(world: World) -> Parts:
    """What the rates are quotients of."""
    found: Parts = defaultdict(lambda: [Fraction(0), Fraction(0)])

    def add(metric: str, month: date, numerator: Fraction, **categories: str) -> None:
        for dimension, category in categories.items():
            entry = found[metric, dimension, category, month]
            entry[0] += numerator
            entry[1] += 1

    for unit in session_units(world, dict.fromkeys(world.sessions)):
        if unit.metric.startswith("session_"):
            add(unit.metric, unit.month, Fraction(unit.numerator), channel=unit.channel)
    for score in world.scores:
        if score.kind == "csat" and score.scaled is not None:
            add(
                "csat",
                month_of(score.at),
                Fraction(bool(score.is_satisfied)),
                channel=score.channel,
                touchpoint=score.code,
                region=score.region or "(unknown)",
            )
    for order in world.orders:
        if order.is_paid and order.net is not None:
            add(
                "average_order_value",
                month_of(order.at),
                Fraction(order.net),
                channel=order.channel,
                region=order.record["region"] or "(unknown)",
            )
    return found


def split(
    before: dict[str, tuple[Fraction, Fraction]], now: dict[str, tuple[Fraction, Fraction]]
) -> tuple[dict[str, tuple[Fraction, Fraction]], Fraction]:
    """(mix, rate) per category and the change of the total, from (numerator, denominator) by category.

    Weights change first and rates then, or the other way round; the mean of the two ways is taken. Mix is counted
    from the level of the total, so that weight that moves to an average category does nothing. A rate that a month
    lacks is taken to have been what it is in the other one.
    """
    totals = [
        (sum(n for n, _ in side.values()), sum(d for _, d in side.values()))
        for side in (before, now)
    ]
    (level_before, level_now) = (Fraction(n) / d for n, d in totals)
    effects = {}
    for category in before.keys() | now.keys():
        sides = [before.get(category), now.get(category)]
        weights = [
            Fraction(0) if side is None else side[1] / total[1]
            for side, total in zip(sides, totals, strict=True)
        ]
        known = [None if side is None else side[0] / side[1] for side in sides]
        rates = [known[0] if known[0] is not None else known[1]]
        rates.append(known[1] if known[1] is not None else known[0])
        old, new = rates
        assert old is not None
        assert new is not None
        level = (level_before + level_now) / 2
        mix_first = (weights[1] - weights[0]) * (old - level), weights[1] * (new - old)
        rate_first = (weights[1] - weights[0]) * (new - level), weights[0] * (new - old)
        effects[category] = (
            (mix_first[0] + rate_first[0]) / 2,
            (mix_first[1] + rate_first[1]) / 2,
        )
    return effects, level_now - level_before


def mix_rows(
    found: Parts, min_sample: int = 30
) -> Iterable[tuple[tuple[str, str, str, date], dict[str, Any]]]:
    """Key and row of the mart for every pair of consecutive months that both have something."""
    months: dict[tuple[str, str, date], dict[str, tuple[Fraction, Fraction]]] = defaultdict(dict)
    for (metric, dimension, category, month), (numerator, denominator) in found.items():
        months[metric, dimension, month][category] = (numerator, denominator)
    for (metric, dimension, month), before in months.items():
        now = months.get((metric, dimension, after(month)))
        if now is None:
            continue
        effects, change = split(before, now)
        sample = min(sum(d for _, d in side.values()) for side in (before, now))
        is_shown = sample >= min_sample
        for category, (mix, rate) in effects.items():
            yield (
                (metric, dimension, category, after(month)),
                {
                    "previous_period_start_date": month,
                    "numerator": float(now.get(category, (0, 0))[0]),
                    "denominator": int(now.get(category, (0, 0))[1]),
                    "previous_numerator": float(before.get(category, (0, 0))[0]),
                    "previous_denominator": int(before.get(category, (0, 0))[1]),
                    "mix_effect": float(mix) if is_shown else None,
                    "rate_effect": float(rate) if is_shown else None,
                    "total_change": float(change) if is_shown else None,
                    "is_suppressed": not is_shown,
                },
            )
