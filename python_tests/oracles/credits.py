"""Which touches earn a conversion by the rule models: exact to 1e-12 of a conversion and to the cent.

A model gives every step a weight; credit and value are shared by largest remainder, ties to the lowest touchpoint key.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence

from oracles.journeys import LEVELS, Conversion, Journey, Step, conversions
from oracles.landing import business_date

__all__ = ["LEVELS", "MODELS", "UNATTRIBUTED", "conversions"]
UNATTRIBUTED = "(unattributed)"
WHOLE = 10**12
HALF_LIFE_DAYS = 7


def _first(steps: Sequence[Step]) -> list[int]:
    return [1] + [0] * (len(steps) - 1)


def _last(steps: Sequence[Step]) -> list[int]:
    return [0] * (len(steps) - 1) + [1]


def _last_non_direct(steps: Sequence[Step]) -> list[int]:
    places = [place for place, step in enumerate(steps) if not step.is_direct]
    chosen = places[-1] if places else len(steps) - 1
    return [int(place == chosen) for place in range(len(steps))]


def _linear(steps: Sequence[Step]) -> list[int]:
    return [1] * len(steps)


def _position_based(steps: Sequence[Step]) -> list[int]:
    """40 for the first, 40 for the last, 20 for those between; without any between, half each."""
    between = len(steps) - 2
    if between < 1:
        return [1] * len(steps)
    return [40 * between] + [20] * between + [40 * between]


def _w_shaped(steps: Sequence[Step]) -> list[int]:
    """30 each for the first, the first lead and the last, 10 for the others; what has no taker goes to both ends."""
    last = len(steps) - 1
    lead = next((place for place, step in enumerate(steps) if step.is_lead), None)
    others = set(range(len(steps))) - {0, last, lead}
    scale = len(others) or 1
    weights = [0] * len(steps)
    for end in (0, last):
        weights[end] += 30 * scale
        weights[end] += 15 * scale if lead is None else 0
        weights[end] += 0 if others else 5 * scale
    if lead is not None:
        weights[lead] += 30 * scale
    for other in others:
        weights[other] += 10
    return weights


def _time_decay(steps: Sequence[Step]) -> list[int]:
    """Half the weight for every half-life before the newest touch, in units of 1e-12."""
    newest, half_life = steps[-1].at, HALF_LIFE_DAYS * 86400.0
    return [
        round(WHOLE * math.pow(0.5, (newest - step.at).total_seconds() / half_life))
        for step in steps
    ]


RULES: dict[str, Callable[[Sequence[Step]], list[int]]] = {
    "first": _first,
    "last": _last,
    "last_non_direct": _last_non_direct,
    "linear": _linear,
    "position_based": _position_based,
    "w_shaped": _w_shaped,
    "time_decay": _time_decay,
}
MODELS = tuple(RULES)


def split(
    total: int, keys: Sequence[int], weights: Sequence[int] | None = None, is_exact: bool = True
) -> dict[int, int]:
    """Whole units by touch, in proportion to the weights (all alike: None): floors first, then a unit each to the
    largest remainders, ties to the lowest key. Inexact: quotas in double precision, as the decaying weights have them.
    """
    weights = [1] * len(keys) if weights is None else weights
    by_key = dict(sorted(zip(keys, weights, strict=True)))
    whole, amount, sign = sum(weights), abs(total), -1 if total < 0 else 1
    floors: dict[int, int] = {}
    remainders: dict[int, float] = {}
    for key, weight in by_key.items():
        if is_exact:
            floors[key], remainders[key] = divmod(amount * weight, whole)
        else:
            quota = float(amount) * float(weight) / float(whole)
            floors[key], remainders[key] = math.floor(quota), quota - math.floor(quota)
    left = amount - sum(floors.values())
    for key in sorted(by_key, key=lambda key: (-remainders[key], key))[:left]:
        floors[key] += 1
    return {key: sign * units for key, units in floors.items()}


def shares_of(steps: Sequence[Step], model: str, cents: int) -> list[tuple[Step, int, int]]:
    """(step, credit in units of 1e-12, cents) of every step that earns credit, in their order."""
    weights = RULES[model](steps)
    chosen = [(step, weight) for step, weight in zip(steps, weights, strict=True) if weight]
    keys, kept = [step.key for step, _ in chosen], [weight for _, weight in chosen]
    is_exact = model != "time_decay"
    units = split(WHOLE, keys, kept, is_exact)
    money = split(cents, keys, kept, is_exact)
    return [(step, units[step.key], money[step.key]) for step, _ in chosen if units[step.key]]


# (goal, level, code, model, month as YYYY-MM or 'all') -> [units of 1e-12, cents]
Sums = dict[tuple[str, str, str, str, str], list[int]]


def cents_of(conversion: Conversion) -> int:
    """Net value of a conversion in cents."""
    return int(conversion.value * 100)


def contribution(
    everything: list[Conversion], found: list[Journey], models: Sequence[str] = MODELS
) -> Sums:
    """Credit and value of every code by every rule model."""
    sums: Sums = defaultdict(lambda: [0, 0])
    led = {(j.goal, j.conversion.key): j for j in found if j.conversion is not None}
    for conversion in everything:
        journey = led.get((conversion.goal, conversion.key))
        cents = cents_of(conversion)
        month = business_date(conversion.at).strftime("%Y-%m")
        for level in LEVELS:
            for model in models:
                shares = [(UNATTRIBUTED, WHOLE, cents)]
                if journey is not None:
                    steps = journey.steps[level]
                    shares = [(s.code, u, c) for s, u, c in shares_of(steps, model, cents)]
                for code, unit, cent in shares:
                    for period in ("all", month):
                        entry = sums[conversion.goal, level, code, model, period]
                        entry[0] += unit
                        entry[1] += cent
    return sums
