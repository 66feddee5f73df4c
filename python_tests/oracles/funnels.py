"""Funnels: which interactions enter, and which steps each entry reaches, by walking over one person's interactions.

Plain loops over lists; the definitions are read from the seeds. The rules stand in the descriptions of
seeds/funnel_definitions.csv and seeds/funnel_step_definitions.csv.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from typing import Any

import numpy as np

from oracles.definitions import seed
from oracles.interactions import Touch
from oracles.landing import Landing, Record
from oracles.orders import Order
from oracles.people import People, identifiers_of, person_of

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Step:
    """One step of a funnel."""

    number: int
    name: str
    kinds: frozenset[str]
    step_kind: str = "required"
    window: timedelta | None = None
    target: float | None = None


@dataclass(frozen=True)
class Funnel:
    """A funnel as the seeds define it."""

    code: str
    steps: tuple[Step, ...]
    window: timedelta
    step_order: str = "ordered"
    entry_rule: str = "first"
    hold: str | None = None
    is_valued: bool = False

    @property
    def required(self) -> list[Step]:
        """Steps that everybody must pass."""
        return [step for step in self.steps if step.step_kind == "required"]

    @property
    def shown(self) -> list[Step]:
        """Steps that the report has rows of."""
        return [step for step in self.steps if step.step_kind != "exclusion"]

    @property
    def exclusions(self) -> frozenset[str]:
        """Interaction types that end a walk."""
        kinds = [step.kinds for step in self.steps if step.step_kind == "exclusion"]
        return frozenset().union(*kinds)

    @property
    def is_repeated(self) -> bool:
        """True when a person can have several entries."""
        return self.entry_rule != "first" or self.hold is not None


@dataclass(frozen=True)
class Event:
    """One interaction; `held` is what it has to be held constant, by column."""

    at: datetime
    key: int
    kind: str
    session: int = 0
    held: dict[str, str | None] = field(default_factory=dict, hash=False, compare=False)


@dataclass
class Walk:
    """One entry: the event that entered, and per step as it counts (event, defined number)."""

    entry: Event
    held: str | None
    reached: dict[int, tuple[Event, int]]
    excluded_at: datetime | None

    def last(self, funnel: Funnel) -> int:
        """The last required step that was reached."""
        optional = {step.number for step in funnel.steps if step.step_kind == "optional"}
        return max(number for number in self.reached if number not in optional)

    def is_converted(self, funnel: Funnel) -> bool:
        """True when nothing is left to reach."""
        return self.last(funnel) == funnel.required[-1].number

    def is_mature(self, funnel: Funnel, as_of: datetime) -> bool:
        """True when the funnel's window has passed."""
        return self.entry.at + funnel.window <= as_of


def funnels() -> list[Funnel]:
    """The funnels of the seeds."""
    found = []
    for row in seed("funnel_definitions"):
        found.append(
            Funnel(
                str(row["funnel_code"]),
                steps_of(str(row["funnel_code"])),
                timedelta(hours=int(str(row["window_hours"]))),
                str(row["step_order"]),
                str(row["entry_rule"]),
                row["hold_constant"],
                row["is_valued"] == "true",
            )
        )
    return found


def steps_of(funnel: str) -> tuple[Step, ...]:
    """Steps of a funnel in order."""
    found: dict[int, Step] = {}
    for row in seed("funnel_step_definitions"):
        if row["funnel_code"] != funnel:
            continue
        number, hours = int(str(row["step_number"])), row["step_window_hours"]
        kinds = found[number].kinds if number in found else frozenset()
        found[number] = Step(
            number,
            str(row["step_name"]),
            kinds | {str(row["interaction_type"])},
            str(row["step_kind"]),
            timedelta(hours=int(hours)) if hours else None,
            float(str(row["target_rate"])) if row["target_rate"] else None,
        )
    return tuple(found[number] for number in sorted(found))


def walks(events: Iterable[Event], funnel: Funnel) -> list[Walk]:
    """Every entry of one person into a funnel, with what it reached."""
    known = frozenset().union(*(step.kinds for step in funnel.steps))
    lanes: dict[tuple[str | None, int | None], list[Event]] = defaultdict(list)
    for event in sorted(events, key=lambda event: (event.at, event.key)):
        if event.kind not in known:
            continue
        held = event.held.get(funnel.hold) if funnel.hold else None
        if funnel.hold and held is None:
            continue
        lanes[held, event.session if funnel.entry_rule == "session" else None].append(event)
    found = []
    for (held, _), lane in lanes.items():
        for entry in entries(lane, funnel):
            found.append(_walk(lane, entry, held, funnel))
    return found


def entries(lane: list[Event], funnel: Funnel) -> list[Event]:
    """The events of a lane (one person, session and held value, in order of time) that enter."""
    entrances = [event for event in lane if event.kind in funnel.steps[0].kinds]
    if not entrances:
        return []
    if funnel.entry_rule != "every":
        return entrances[:1]
    ending = set(funnel.exclusions)
    if funnel.step_order != "any":
        ending |= funnel.required[-1].kinds
    found: list[Event] = []
    over: datetime | None = None
    for entrance in entrances:
        if over is not None and entrance.at <= over:
            continue
        found.append(entrance)
        over = entrance.at + funnel.window
        for event in lane:
            if event.kind in ending and entrance.at <= event.at <= over:
                over = event.at
                break
    return found


def _walk(lane: list[Event], entry: Event, held: str | None, funnel: Funnel) -> Walk:
    end = entry.at + funnel.window
    excluded = [e.at for e in lane if e.kind in funnel.exclusions and entry.at <= e.at <= end]
    excluded_at = min(excluded) if excluded else None
    if excluded_at is not None:
        end = excluded_at
    reach = _reach_in_any_order if funnel.step_order == "any" else _reach_in_order
    return Walk(entry, held, reach(lane, entry, end, funnel), excluded_at)


def _first(
    lane: list[Event],
    step: Step,
    since: datetime,
    until: datetime,
    used: frozenset[str] = frozenset(),
    order: str | None = None,
) -> Event | None:
    """The first event of a step from one time to another, both included; of a kind that was used, a later one that is
    not of the order that was named last."""
    if step.window is not None:
        until = min(until, since + step.window)
    for event in lane:
        if event.kind in step.kinds and since <= event.at <= until:
            own = event.held.get("order_key")
            is_other = event.at > since and (own is None or own != order)
            if event.kind not in used or is_other:
                return event
    return None


def _reach_in_any_order(
    lane: list[Event], entry: Event, end: datetime, funnel: Funnel
) -> dict[int, tuple[Event, int]]:
    reached = [(entry.at, 1, entry)]
    for step in funnel.required[1:]:
        event = _first(lane, step, entry.at, end)
        if event is not None:
            reached.append((event.at, step.number, event))
    reached.sort(key=lambda one: one[:2])
    return {place: (event, number) for place, (_, number, event) in enumerate(reached, start=1)}


def _reach_in_order(
    lane: list[Event], entry: Event, end: datetime, funnel: Funnel
) -> dict[int, tuple[Event, int]]:
    reached = {1: (entry, 1)}
    at = entry.at
    order = entry.held.get("order_key")
    waiting: list[Step] = []  # optional steps since the last required one
    for step in [*funnel.shown[1:], None]:
        if step is not None and step.step_kind == "optional":
            waiting.append(step)
            continue
        until = end
        if funnel.step_order == "strict":
            own = {kind for s in [*waiting, step] if s is not None for kind in s.kinds}
            for event in lane:
                if event.kind not in own | funnel.exclusions and at < event.at <= until:
                    until = event.at
                    break
        target = None
        if step is not None:
            used = frozenset().union(*(s.kinds for s in funnel.shown if s.number < step.number))
            target = _first(lane, step, at, until, used, order)
        for optional in waiting:
            event = _first(lane, optional, at, until if target is None else min(until, target.at))
            if event is not None:
                reached[optional.number] = (event, optional.number)
        if step is None or target is None:
            break
        reached[step.number] = (target, step.number)
        at, waiting = target.at, []
        order = target.held.get("order_key") or order
    return reached


def wilson(successes: float, trials: float, z: float = 1.959963984540054) -> tuple[float, float]:
    """Ends of the Wilson interval: the p at which |successes/n − p| = z·sqrt(p(1−p)/n), by the quadratic formula."""
    a = trials + z * z
    b = -(2 * successes + z * z)
    c = successes * successes / trials
    root = sqrt(max(0.0, b * b - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def effective(pairs: list[tuple[int, int]]) -> float:
    """How many independent trials persons with (successes, trials) are worth, by leaving out one at a time."""
    counted = [(a, b) for a, b in pairs if b]
    a, b = np.array([x for x, _ in counted]), np.array([y for _, y in counted])
    persons, trials = len(counted), int(b.sum())
    rate = a.sum() / trials
    if rate in (0, 1):
        return float(persons)
    if persons == 1:
        return 1.0
    variance = persons / (persons - 1) * float(((a - rate * b) ** 2).sum()) / trials**2
    if variance < 1e-15:
        return float(trials)
    return max(1.0, min(float(trials), rate * (1 - rate) / variance))


@dataclass
class Entry:
    """A walk, whose it is, and its value under each breakdown at entry and at conversion."""

    person: int
    walk: Walk
    values: dict[tuple[str, str], str]
    value: Decimal | None = None


Cell = tuple[str, str, str, str]


def cells(funnel: Funnel, found: list[Entry]) -> dict[Cell, list[Entry]]:
    """Entries by (funnel, attribution, breakdown, value)."""
    groups: dict[Cell, list[Entry]] = defaultdict(list)
    for entry in found:
        groups[funnel.code, "entry", "all", "(all)"].append(entry)
        for (attribution, breakdown), value in entry.values.items():
            groups[funnel.code, attribution, breakdown, value].append(entry)
    return groups


def report(
    funnel: Funnel, found: list[Entry], min_sample: int = 30
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows of `funnel_steps` by (cell, step number)."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    count = len(funnel.shown)
    for cell, mine in cells(funnel, found).items():
        previous: int | None = None
        for step in funnel.shown:
            rows[*cell, step.number] = _row(funnel, mine, step, previous, min_sample)
            if funnel.step_order == "any" and step.number > 1:
                rows[*cell, step.number]["step_name"] = f"Any {step.number} of {count}"
            if step.step_kind == "required":
                previous = step.number
    return rows


def _row(
    funnel: Funnel, mine: list[Entry], step: Step, previous: int | None, min_sample: int
) -> dict[str, Any]:
    persons: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    waits, since_start = [], []
    for entry in mine:
        reached = entry.walk.reached
        counts = persons[entry.person]
        counts[0] += step.number in reached
        counts[1] += previous is not None and previous in reached
        counts[2] += 1
        if step.number in reached and step.number > 1:
            at = reached[step.number][0].at
            before = reached[max(number for number in reached if number < step.number)][0].at
            waits.append((at - before).total_seconds())
            since_start.append((at - entry.walk.entry.at).total_seconds())
    sums = [sum(counts[place] for counts in persons.values()) for place in range(3)]
    users = [sum(counts[place] > 0 for counts in persons.values()) for place in range(3)]
    row: dict[str, Any] = {
        "step_name": step.name,
        "is_optional": step.step_kind == "optional",
        "entry_count": sums[0],
        "previous_entry_count": None if previous is None else sums[1],
        "entered_count": sums[2],
        "user_count": users[0],
        "previous_user_count": None if previous is None else users[1],
        "entered_user_count": users[2],
        "drop_off_count": None if previous is None else sums[1] - sums[0],
        "is_suppressed": users[2 if previous is None else 1] < min_sample,
    }
    for name, seconds in (("previous", waits), ("start", since_start)):
        row[f"median_seconds_from_{name}"] = float(np.percentile(seconds, 50)) if seconds else None
        row[f"p90_seconds_from_{name}"] = float(np.percentile(seconds, 90)) if seconds else None
    for name, place in (("previous", 1), ("start", 2)):
        is_shown = sums[place] > 0 and users[place] >= min_sample
        rate = low = high = None
        if is_shown:
            rate = sums[0] / sums[place]
            trials = float(sums[place])
            if funnel.is_repeated:
                trials = effective([(c[0], c[place]) for c in persons.values()])
            low, high = wilson(rate * trials, trials)
        row[f"conversion_from_{name}"] = rate
        row[f"conversion_from_{name}_low"], row[f"conversion_from_{name}_high"] = low, high
    return row


def bottlenecks(
    funnel: Funnel, found: list[Entry], min_sample: int = 30
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows of `funnel_bottlenecks` by (funnel, breakdown, value, step number)."""
    worth = [entry.value for entry in found if entry.value is not None]
    mean = float(sum(worth)) / len(worth) if worth else None
    steps = funnel.required
    groups = {
        (cell[2], cell[3]): [
            (
                sum(step.number in entry.walk.reached for entry in mine),
                len({e.person for e in mine if step.number in e.walk.reached}),
            )
            for step in steps
        ]
        for cell, mine in cells(funnel, found).items()
        if cell[1] == "entry"
    }
    total = [count for count, _ in groups["all", "(all)"]]
    shrunk: dict[tuple[str, str, int], float] = {}
    for key, counts in groups.items():
        for k in range(1, len(steps)):
            before, reached = counts[k - 1][0], counts[k][0]
            if before:
                overall = total[k] / total[k - 1]
                shrunk[*key, k] = (reached + min_sample * overall) / (before + min_sample)
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for (breakdown, value), counts in groups.items():
        for k in range(1, len(steps)):
            (before, persons), reached = counts[k - 1], counts[k][0]
            row: dict[str, Any] = dict.fromkeys(
                ("benchmark_rate", "gap", "later_conversion", "recoverable_conversions")
            )
            row |= {
                "previous_entry_count": before,
                "previous_user_count": persons,
                "entry_count": reached,
                "mean_value": None if mean is None else _money(mean),
                "recoverable_value": None,
                "is_suppressed": persons < min_sample,
            }
            rows[funnel.code, breakdown, value, steps[k].number] = row
            if persons < min_sample:
                continue
            rate = reached / before
            later = 1.0
            for j in range(k + 1, len(steps)):
                if reached:
                    later *= counts[j][0] / counts[j - 1][0] if counts[j - 1][0] else 0
                else:
                    later *= total[j] / total[j - 1] if total[j - 1] else 0
            benchmark = steps[k].target
            if benchmark is None:
                peers = [s for (b, _, j), s in shrunk.items() if b == breakdown and j == k]
                others = [
                    s for (b, v, j), s in shrunk.items() if (b, v) == (breakdown, value) and j != k
                ]
                benchmark = float(np.percentile(peers, 75))
                if others:
                    benchmark = max(benchmark, float(np.median(others)))
            gap = round(max(0.0, benchmark - rate), 9)
            row |= {
                "benchmark_rate": benchmark,
                "gap": gap,
                "later_conversion": later,
                "recoverable_conversions": before * gap * later,
                "recoverable_value": None if mean is None else _money(before * gap * later * mean),
            }
    return rows


def _money(amount: float) -> Decimal:
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)


def device_of(record: Record) -> str | None:
    """Class of the device that a record tells of: website, app and mini-program do."""
    system = record.table.split(".")[0]
    told = {"website": record["user_agent"], "app": record["os"], "mini_program": "*"}.get(system)
    for row in sorted(seed("device_patterns"), key=lambda row: int(str(row["pattern_rank"]))):
        if told and row["source_system"] == system and str(row["pattern"]) in told.lower():
            return row["device_class"]
    return None


def tiers(landing: Landing, people: People) -> dict[int, str]:
    """Tier of each customer: the newest word of the member system, else of the contacts."""
    told: dict[int, list[tuple[int, float, int, str]]] = defaultdict(list)
    for rank, (table, times) in enumerate(
        (
            ("erp.members", ("registered_at", "loaded_at")),
            ("crm.contacts", ("updated_at", "created_at", "loaded_at")),
        )
    ):
        for record in landing.records.get(table, []):
            person = person_of(people, table, identifiers_of(record))
            if person is None or record["customer_tier"] is None:
                continue
            at = next((record[column] for column in times if record[column] is not None), None)
            age = -(at - datetime(1970, 1, 1)).total_seconds() if at else float("inf")
            told[person].append((rank, age, record.key, record["customer_tier"]))
    return {person: min(words)[3] for person, words in told.items()}


def funnel_entries(
    touches: list[Touch],
    named: dict[int, int | None],
    orders: list[Order],
    tier: dict[int, str],
    segments: dict[int, tuple[str, str | None]],
) -> dict[str, list[Entry]]:
    """Every entry of every funnel; `named` is the order that each touch names, `segments` the class by orders
    and the stage of life of each person."""
    mine: dict[int, list[Event]] = defaultdict(list)
    by_key = {touch.key: touch for touch in touches}
    for touch in touches:
        if touch.person is not None:
            order = named[touch.key]
            held = {
                "item_id": touch.item,
                "channel_code": touch.channel,
                "order_key": None if order is None else f"{order:016x}",
            }
            mine[touch.person].append(Event(touch.at, touch.key, touch.kind, touch.session, held))
    net = {order.record.key: order.net for order in orders}
    found: dict[str, list[Entry]] = {}
    for funnel in funnels():
        rows = []
        for person, events in mine.items():
            for walk in walks(events, funnel):
                last = by_key[walk.reached[walk.last(funnel)][0].key]
                values = {}
                for attribution, touch in (("entry", by_key[walk.entry.key]), ("conversion", last)):
                    values[attribution, "channel"] = touch.channel
                    values[attribution, "campaign"] = touch.campaign or "(none)"
                    values[attribution, "region"] = touch.region or "(unknown)"
                    values[attribution, "device"] = device_of(touch.record) or "(unknown)"
                    values[attribution, "customer_tier"] = tier.get(person, "(unknown)")
                    values[attribution, "rfm_segment"] = segments[person][0]
                    values[attribution, "lifecycle_stage"] = segments[person][1] or "(unknown)"
                value = None
                if funnel.is_valued and walk.is_converted(funnel):
                    value = net.get(named[last.key] or -1)
                rows.append(Entry(person, walk, values, value))
        found[funnel.code] = rows
    return found
