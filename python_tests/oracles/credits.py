"""Which touches earn a conversion: first, last and linear, exact to the cent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from oracles.definitions import seed
from oracles.interactions import Touch
from oracles.landing import business_date
from oracles.orders import Order

MODELS = ("first", "last", "linear")
LEVELS = ("channel", "touchpoint")
UNATTRIBUTED = "(unattributed)"


@dataclass
class Conversion:
    """One conversion of one goal."""

    goal: str
    lookback: timedelta
    key: int
    person: int | None
    at: datetime
    value: Decimal
    previous_at: datetime | None = None


def conversions(found: list[Touch], orders: list[Order]) -> list[Conversion]:
    """Conversions of every goal; first and repeat ones only of known persons."""
    result = []
    for goal in seed("goals"):
        candidates: dict[int | None, list[tuple[datetime, int, Decimal]]] = defaultdict(list)
        if goal["conversion_kind"] == "paid_order":
            for order in orders:
                if order.is_paid:
                    candidates[order.person].append(
                        (order.at, order.record.key, order.net or Decimal(0))
                    )
        else:
            for touch in found:
                if touch.kind == goal["interaction_type"]:
                    candidates[touch.person].append((touch.at, touch.key, Decimal(0)))
        for person, mine in candidates.items():
            mine.sort()
            rank = goal["order_rank"]
            if rank != "any":
                if person is None:
                    continue
                mine = mine[:1] if rank == "first" else mine[1:]
            previous = None
            for at, key, value in mine:
                lookback = timedelta(hours=24 * int(str(goal["lookback_days"])))
                result.append(
                    Conversion(str(goal["goal_code"]), lookback, key, person, at, value, previous)
                )
                previous = at
    return result


def split(total: int, touch_keys: list[int]) -> dict[int, int]:
    """Whole units by touch, as even as can be: what does not divide goes to the lowest keys, a unit each."""
    each, left = divmod(abs(total), len(touch_keys))
    sign = -1 if total < 0 else 1
    return {key: sign * (each + (place < left)) for place, key in enumerate(sorted(touch_keys))}


def exposures(touches: list[Touch], level: str) -> list[Touch]:
    """First touches of the runs of the same session and code, in order of time."""
    result: list[Touch] = []
    before: tuple[int, str] | None = None
    for touch in sorted(touches, key=lambda t: (t.at, t.key)):
        now = (touch.session, touch.channel if level == "channel" else touch.code)
        if now != before:
            result.append(touch)
        before = now
    return result


# (goal, level, code, model, month as YYYY-MM or 'all') -> [units of 1e-12, cents]
Sums = dict[tuple[str, str, str, str, str], list[int]]


def contribution(found: list[Touch], orders: list[Order]) -> Sums:
    """Credit and value of every code."""
    everything = conversions(found, orders)
    converting = {(conversion.goal, conversion.key) for conversion in everything}
    attributable: dict[int, list[Touch]] = defaultdict(list)
    for touch in found:
        if touch.person is not None and touch.is_attributable:
            attributable[touch.person].append(touch)
    sums: Sums = defaultdict(lambda: [0, 0])
    for conversion in everything:
        start = conversion.at - conversion.lookback
        if conversion.previous_at is not None:
            start = max(start, conversion.previous_at)
        touches = [
            touch
            for touch in attributable.get(conversion.person or -1, [])
            if start <= touch.at < conversion.at and (conversion.goal, touch.key) not in converting
        ]
        cents = int(conversion.value * 100)
        month = business_date(conversion.at).strftime("%Y-%m")
        for level in LEVELS:
            chain = exposures(touches, level)
            codes = {t.key: t.channel if level == "channel" else t.code for t in chain}
            for model in MODELS:
                shares: list[tuple[str, int, int]]
                if not chain:
                    shares = [(UNATTRIBUTED, 10**12, cents)]
                elif model == "linear":
                    units, money = split(10**12, list(codes)), split(cents, list(codes))
                    shares = [(code, units[key], money[key]) for key, code in codes.items()]
                else:
                    chosen = chain[0] if model == "first" else chain[-1]
                    shares = [(codes[chosen.key], 10**12, cents)]
                for code, unit, cent in shares:
                    for period in ("all", month):
                        entry = sums[conversion.goal, level, code, model, period]
                        entry[0] += unit
                        entry[1] += cent
    return sums
