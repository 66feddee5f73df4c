"""Conversions, and the journeys that lead to them or lead nowhere: per goal, each touch is part of one."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from oracles.definitions import seed
from oracles.interactions import Touch
from oracles.orders import Order

LEVELS = ("channel", "touchpoint", "campaign")
TRANSFORMS = ("exposure", "all", "first", "unique")
NO_CAMPAIGN = "(no campaign)"
LEAD_TYPES = ("consult", "lead")


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


@dataclass(frozen=True)
class Step:
    """One step of a journey: its first touch, what it is called, and what its touches were."""

    key: int
    at: datetime
    code: str
    is_direct: bool = False
    is_lead: bool = False


@dataclass
class Journey:
    """One person's touches on the way to one conversion of a goal, or to none."""

    goal: str
    person: int
    first_key: int
    last_at: datetime
    conversion: Conversion | None
    status: str
    steps: dict[str, list[Step]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id that readers see."""
        return f"{self.goal}:{self.first_key:016x}"

    @property
    def conversion_key(self) -> int | None:
        """Key of the conversion, None without one."""
        return self.conversion.key if self.conversion else None

    @property
    def at(self) -> datetime:
        """The time that says which month it counts in: the conversion's, else the last touch's."""
        return self.conversion.at if self.conversion else self.last_at


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
                result.append(
                    Conversion(
                        str(goal["goal_code"]), lookback(goal), key, person, at, value, previous
                    )
                )
                previous = at
    return result


def lookback(goal: dict[str, str | None]) -> timedelta:
    """How far a goal looks back: days of exactly 24 hours."""
    return timedelta(hours=24 * int(str(goal["lookback_days"])))


def lookbacks() -> dict[str, timedelta]:
    """The look-back of every goal."""
    return {str(goal["goal_code"]): lookback(goal) for goal in seed("goals")}


def is_direct(touch: Touch) -> bool:
    """True without a campaign and a referrer, unless it is a click on something that was sent."""
    is_click = touch.record.table == "outreach.sends" and touch.kind == "click"
    return touch.campaign is None and touch.record["referrer_url"] is None and not is_click


def code_of(touch: Touch, level: str) -> str:
    """What a touch is called at a level."""
    if level == "channel":
        return touch.channel
    return touch.code if level == "touchpoint" else touch.campaign or NO_CAMPAIGN


def steps_of(
    touches: Sequence[Touch],
    level: str,
    transform: str = "exposure",
    lead_types: Iterable[str] = LEAD_TYPES,
) -> list[Step]:
    """The steps of touches in order of time. A step of several touches is direct when all of them are, and a lead
    when one of them is; its key and time are those of the first."""
    runs: list[list[Touch]] = []
    seen = set()
    for touch in touches:
        code = code_of(touch, level)
        before = runs[-1][-1] if runs else None
        goes_on = (
            before is not None
            and code_of(before, level) == code
            and (
                transform == "unique"
                or (transform == "exposure" and before.session == touch.session)
            )
        )
        if goes_on:
            runs[-1].append(touch)
        elif transform != "first" or code not in seen:
            runs.append([touch])
        seen.add(code)
    return [
        Step(
            run[0].key,
            run[0].at,
            code_of(run[0], level),
            all(is_direct(touch) for touch in run),
            any(touch.kind in lead_types for touch in run),
        )
        for run in runs
    ]


def journeys(
    found: list[Touch],
    converting: list[Conversion],
    as_of: datetime,
    windows: dict[str, timedelta] | None = None,
    transform: str = "exposure",
) -> list[Journey]:
    """Every journey of known persons, for every goal."""
    windows = lookbacks() if windows is None else windows
    mine: dict[int, list[Touch]] = defaultdict(list)
    for touch in found:
        if touch.person is not None and touch.is_attributable:
            mine[touch.person].append(touch)
    reached: dict[tuple[str, int | None], list[Conversion]] = defaultdict(list)
    events: dict[str, set[int]] = defaultdict(set)
    for conversion in converting:
        reached[conversion.goal, conversion.person].append(conversion)
        events[conversion.goal].add(conversion.key)
    result = []
    for person, touches in mine.items():
        touches.sort(key=lambda touch: (touch.at, touch.key))
        for goal, window in windows.items():
            theirs = sorted(reached.get((goal, person), []), key=lambda c: (c.at, c.key))
            left = [touch for touch in touches if touch.key not in events[goal]]
            for part, conversion in _parts(left, theirs, window):
                status = "converted" if conversion else "open"
                if conversion is None and as_of - part[-1].at > window:
                    status = "lapsed"
                journey = Journey(goal, person, part[0].key, part[-1].at, conversion, status)
                journey.steps = {level: steps_of(part, level, transform) for level in LEVELS}
                result.append(journey)
    return result


def _parts(
    touches: list[Touch], theirs: list[Conversion], window: timedelta
) -> list[tuple[list[Touch], Conversion | None]]:
    """One person's touches for one goal, in order, cut into journeys.

    A touch can only be of the first conversion after it: a later one begins where that one was.
    """
    times = [conversion.at for conversion in theirs]
    parts: list[tuple[list[Touch], Conversion | None]] = []
    for touch in touches:
        place = bisect.bisect_right(times, touch.at)
        following = theirs[place] if place < len(theirs) else None
        if following is not None and following.at - touch.at > window:
            following = None
        before, owner = parts[-1] if parts else ([], None)
        is_same = bool(before) and owner is following
        if is_same and following is None:
            is_same = touch.at - before[-1].at <= window
        if is_same:
            before.append(touch)
        else:
            parts.append(([touch], following))
    return parts
