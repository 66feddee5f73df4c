"""Production batches: anomalies against the line, and the complaints that a batch may stand behind, by plain loops."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import exp, floor, log, sqrt
from statistics import median
from typing import TYPE_CHECKING, Any

from oracles.definitions import seed
from oracles.funnels import wilson
from oracles.interactions import numbered_orders
from oracles.landing import Record, business_date
from oracles.people import identifiers_of, person_of

if TYPE_CHECKING:
    from oracles.world import World

Z = 1.959963984540054


@dataclass
class Delivery:
    """A batch on an order: whose it is, when it first came, with which machine, and in which parts."""

    person: int | None
    at: datetime | None
    machine: str | None
    parts: list[tuple[datetime, int, str | None]] = field(default_factory=list)


@dataclass
class Complaint:
    """A complaint and a batch that may stand behind it."""

    record: Record
    at: datetime
    person: int | None
    batch: str
    order: int
    kind: str
    delivered_at: datetime | None
    machine: str | None
    weight: Fraction


def anomalies(world: World) -> dict[str, list[tuple[datetime, int, str, str]]]:
    """(time, key, kind, severity) of the anomalies of each batch, in order."""
    grave = {
        str(row["raw_severity"]): str(row["severity"])
        for row in seed("event_severities")
        if row["is_anomaly"] == "true"
    }
    found: dict[str, list[tuple[datetime, int, str, str]]] = defaultdict(list)
    for event in world.landing.in_scope("production.equipment_events"):
        if event["batch_no"] and event["severity"] in grave:
            one = (event["event_time"], event.key, event["event_name"], grave[event["severity"]])
            found[event["batch_no"]].append(one)
    return {batch: sorted(rows) for batch, rows in found.items()}


def deliveries(world: World) -> dict[str, dict[int, Delivery]]:
    """What was delivered of each batch, by the key of the order."""
    orders = numbered_orders(world.landing)
    found: dict[str, dict[int, Delivery]] = defaultdict(dict)
    for row in world.landing.in_scope("production.deliveries"):
        order = orders.get((row["order_no"], None))
        if order is None:
            continue
        table, record = order
        person = person_of(world.people, table, identifiers_of(record))
        mine = found[row["batch_no"]].setdefault(record.key, Delivery(person, None, None))
        mine.at = min(filter(None, (mine.at, row["delivered_at"])), default=None)
        mine.machine = min(filter(None, (mine.machine, row["equipment_id"])), default=None)
        if row["delivered_at"] is not None:
            mine.parts.append((row["delivered_at"], row.key, row["equipment_id"]))
    return found


def complaints(world: World, days: int = 90) -> list[Complaint]:
    """Every complaint with each batch that may stand behind it."""
    orders = numbered_orders(world.landing)
    delivered = deliveries(world)
    found = []
    for table, time in (("service.tickets", "opened_at"), ("hotline.calls", "called_at")):
        for record in world.landing.in_scope(table):
            if record["is_complaint"] is not True:
                continue
            at = record[time]
            person = person_of(world.people, table, identifiers_of(record))
            named = orders.get((record["order_no"], None)) if record["order_no"] else None
            hits: list[tuple[str, int, str, datetime | None, str | None]] = []
            for batch, by_order in delivered.items():
                if record["order_no"]:
                    if named is not None and named[1].key in by_order:
                        one = by_order[named[1].key]
                        hits.append((batch, named[1].key, "order", one.at, one.machine))
                    continue
                recent = [
                    (at - came, order, key, came, machine)
                    for order, one in by_order.items()
                    if person is not None and one.person == person
                    for came, key, machine in one.parts
                    if timedelta(0) <= at - came <= timedelta(days=days)
                ]
                if recent:
                    _, order, _, came, machine = min(recent, key=lambda part: part[:3])
                    hits.append((batch, order, "person", came, machine))
            for hit in hits:
                found.append(Complaint(record, at, person, *hit, Fraction(1, len(hits))))
    return found


def report(
    world: World,
    deviations: int = 5,
    min_batches: int = 5,
    min_sample: int = 30,
) -> dict[str, dict[str, Any]]:
    """The rows of `batch_quality` by batch."""
    landing = world.landing
    recorded = {record["batch_no"]: record for record in landing.in_scope("production.batches")}
    grave, delivered = anomalies(world), deliveries(world)
    raw_deliveries = Counter(r["batch_no"] for r in landing.in_scope("production.deliveries"))
    behind: dict[str, list[Complaint]] = defaultdict(list)
    for complaint in complaints(world):
        behind[complaint.batch].append(complaint)
    names = recorded.keys() | grave.keys() | raw_deliveries.keys()
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    for name in names:
        line = recorded[name]["line_id"] if name in recorded else None
        lines[line or "(none)"][name] = len(grave.get(name, []))
    complained = {name: len({c.order for c in behind[name]}) for name in names}
    ordered = {name: len(delivered.get(name, {})) for name in names}
    rows: dict[str, dict[str, Any]] = {}
    for line, counts in lines.items():
        usual = threshold = None
        if len(counts) >= min_batches:
            usual = float(median(counts.values()))
            spread = float(median(abs(count - usual) for count in counts.values()))
            threshold = usual + deviations * max(1.4826 * spread, sqrt(max(usual, 1.0)))
        for name in counts:
            mine = grave.get(name, [])
            crossed = None
            if threshold is not None and len(mine) > threshold:
                crossed = mine[floor(threshold)][0]
            kinds = Counter(kind for _, _, kind, _ in mine)
            weeks = Counter(
                business_date(c.at) - timedelta(days=business_date(c.at).weekday())
                for c in behind[name]
            )
            a, n = complained[name], ordered[name]
            b, m = sum(complained.values()) - a, sum(ordered.values()) - n
            low, high = wilson(a, n) if n >= min_sample else (None, None)
            other_low, other_high = wilson(b, m) if m >= min_sample else (None, None)
            lift = lift_low = lift_high = None
            if low is not None and other_low is not None and a and b:
                lift = (a / n) / (b / m)
                margin = Z * sqrt(1 / a - 1 / n + 1 / b - 1 / m)
                lift_low, lift_high = exp(log(lift) - margin), exp(log(lift) + margin)
            rows[name] = {
                "line_id": line,
                "is_recorded": name in recorded,
                "anomaly_count": len(mine),
                "critical_anomaly_count": sum(severity == "critical" for *_, severity in mine),
                "leading_anomaly": min(kinds, key=lambda k: (-kinds[k], k.encode()), default=None),
                "first_anomaly_at": mine[0][0] if mine else None,
                "usual_anomalies": usual,
                "anomaly_threshold": threshold,
                "is_alerted": crossed is not None,
                "alerted_at": crossed,
                "delivery_count": raw_deliveries[name],
                "order_count": n,
                "user_count": len({d.person for d in delivered.get(name, {}).values()} - {None}),
                "first_delivered_at": min(
                    (d.at for d in delivered.get(name, {}).values() if d.at), default=None
                ),
                "complaint_count": len(behind[name]),
                "complaint_weight": round(sum(round(float(c.weight), 9) for c in behind[name]), 9),
                "first_complaint_at": min((c.at for c in behind[name]), default=None),
                "complaint_peak_date": min(weeks, key=lambda w: (-weeks[w], w), default=None),
                "complained_order_count": a,
                "complaint_rate": None if low is None else a / n,
                "complaint_rate_low": low,
                "complaint_rate_high": high,
                "other_complained_order_count": b,
                "other_order_count": m,
                "other_complaint_rate": None if other_low is None else b / m,
                "other_complaint_rate_low": other_low,
                "other_complaint_rate_high": other_high,
                "complaint_lift": lift,
                "complaint_lift_low": lift_low,
                "complaint_lift_high": lift_high,
                "is_complaint_alerted": low is not None
                and other_high is not None
                and low > other_high,
                "is_suppressed": n < min_sample,
            }
    return rows
