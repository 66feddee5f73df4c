"""Interactions of every system as touchpoints, and the sessions that they fall into."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from oracles.definitions import (
    channel_of,
    identifier_rules,
    seed,
    touchpoint_types,
    touchpoints_by_event,
)
from oracles.landing import Landing, Record, plain
from oracles.people import (
    ERASED,
    Identifier,
    People,
    identifiers_of,
    is_blocked,
    person_of,
    profile_of,
)

GAP = timedelta(minutes=30)


@dataclass
class Touch:
    """One interaction. `part` tells those of one record apart ('' for its first)."""

    record: Record
    key: int
    at: datetime
    channel: str
    code: str
    carried: frozenset[Identifier]
    profile: Identifier | None
    person: int | None
    item: str | None
    campaign: str | None
    region: str | None
    session: int = 0

    @property
    def kind(self) -> str:
        """The interaction type of its touchpoint."""
        return str(touchpoint_types()[self.code]["interaction_type"])

    @property
    def is_attributable(self) -> bool:
        """True when it may earn credit."""
        return touchpoint_types()[self.code]["is_attributable"] == "true"


# Tables whose records are one interaction each, with the column that names the event.
SINGLE = {
    "website.events": "event_name",
    "app.events": "event_name",
    "mini_program.events": "event_name",
    "wechat_oa.interactions": "interaction_type",
    "social.engagements": "engagement_type",
    "crm.activities": "activity_type",
    "logistics.tracking_events": "event_name",
}
# Tables whose records are one interaction each of a fixed kind: (time column, raw event).
IMPLIED = {
    "community.posts": ("event_time", "post"),
    "ecommerce.searches": ("event_time", "search"),
    "ecommerce.reviews": ("event_time", "review"),
    "store.visits": ("event_time", "visit"),
    "erp.members": ("registered_at", "registered"),
    "service.tickets": ("opened_at", "ticket_opened"),
    "hotline.calls": ("called_at", "call"),
    "survey.responses": ("answered_at", "answered"),
    "his.follow_ups": ("done_at", "follow_up"),
    "academic.enrolments": ("enrolled_at", "enrolled"),
    "production.deliveries": ("delivered_at", "delivered"),
}
ORDER_TIMES = {
    "created_at": "order_created",
    "paid_at": "order_paid",
    "received_at": "order_received",
    "cancelled_at": "order_cancelled",
    "refunded_at": "order_refunded",
}
WITH_PLATFORM = {"social", "ecommerce"}


def raw_events(table: str, record: Record) -> list[tuple[str, Any, str]]:
    """(part, time, raw event) of a record; a part without a time did not happen."""
    if table in SINGLE:
        return [("", record["event_time"], record[SINGLE[table]])]
    if table in IMPLIED:
        column, event = IMPLIED[table]
        return [("", record[column], event)]
    if table == "ecommerce.orders":
        return [
            ("" if event == "order_created" else event, record[column], event)
            for column, event in ORDER_TIMES.items()
        ]
    if table == "store.transactions":
        return [("", record["event_time"], "return" if record["is_return"] else "purchase")]
    if table == "outreach.sends":
        if record["is_holdout"]:
            return []
        return [
            ("", record["delivered_at"] or record["sent_at"], "sent"),
            *((e, record[f"{e}_at"], e) for e in ("opened", "clicked", "responded")),
        ]
    if table == "survey.invitations":
        return [("", record["delivered_at"] or record["sent_at"], "invited")]
    if table == "service.messages":
        return [("", record["sent_at"], f"{record['sender']}_message")]
    if table == "erp.shipments":
        return [
            ("", record["shipped_at"], "shipped"),
            ("delivered", record["delivered_at"], "delivered"),
        ]
    if table == "his.appointments":
        booked = ("", record["booked_at"], "booked")
        if record["status"] is None:
            return [booked]
        outcome, is_at_visit = outcomes().get(record["status"], (record["status"], False))
        at = record["visit_at"] if is_at_visit else record["booked_at"]
        return [booked] if outcome == "booked" else [booked, ("outcome", at, outcome)]
    if table == "academic.lessons":
        word = "absent" if record["attended"] is False else "attended"
        return [("", record["event_time"], word)]
    return []


def outcomes() -> dict[str, tuple[str, bool]]:
    """(raw event, whether it happens at the visit) of each status of an appointment."""
    return {
        str(row["raw_status"]): (str(row["outcome"]), row["is_at_visit"] == "true")
        for row in seed("appointment_statuses")
    }


def numbered_orders(
    landing: Landing,
) -> dict[tuple[str, str | None], tuple[str, Record] | None]:
    """Table and record of the order of (number, platform), and of (number, None) where only one has that number."""
    found: dict[tuple[str, str | None], tuple[str, Record] | None] = {}
    orders: list[tuple[str, str | None, str | None, Record]] = []
    for order in landing.in_scope("ecommerce.orders"):
        platform = order["platform"] or "(none)"
        orders.append(("ecommerce.orders", order["order_no"], platform, order))
    for activity in landing.in_scope("crm.activities"):
        if activity["order_no"] and is_contract(activity):
            orders.append(("crm.activities", activity["order_no"], None, activity))
    for enrolment in landing.in_scope("academic.enrolments"):
        orders.append(("academic.enrolments", enrolment["enrolment_id"], None, enrolment))
    alike: dict[str, list[tuple[str, Record]]] = defaultdict(list)
    for table, number, platform, record in orders:
        if platform is not None:
            found[str(number), platform] = (table, record)
        alike[str(number)].append((table, record))
    for number, ones in alike.items():
        # Contracts of one customer under one number are parts of one order.
        customers = {frozenset(identifiers_of(record)) for _, record in ones}
        parts = {table for table, _ in ones} == {"crm.activities"} and len(customers) == 1
        first = min(ones, key=lambda one: (one[1]["event_time"], one[1].key)) if parts else ones[0]
        found[number, None] = first if len(ones) == 1 or (parts and any(customers)) else None
    return found


def orders_by_number(landing: Landing) -> dict[tuple[str, str | None], int | None]:
    """Key of the order of (number, platform), and of (number, None) where only one order has that number."""
    return {number: order and order[1].key for number, order in numbered_orders(landing).items()}


@dataclass(frozen=True)
class Holding:
    """A machine that somebody has: the order it came on, if that is known, and from when."""

    since: datetime
    key: int
    order_no: str
    owner: tuple[str, Record] | None


def holdings(landing: Landing) -> dict[str, list[Holding]]:
    """Who had each machine since when, by its number, in order of time."""
    orders = numbered_orders(landing)
    found: dict[str, list[Holding]] = defaultdict(list)
    for delivery in landing.in_scope("production.deliveries"):
        owner = orders.get((delivery["order_no"], None))
        if delivery["equipment_id"]:
            since = delivery["delivered_at"] or datetime(2000, 1, 1)
            found[delivery["equipment_id"]].append(
                Holding(since, delivery.key, delivery["order_no"], owner)
            )
    for held in found.values():
        held.sort(key=lambda one: (one.since, one.owner is not None, one.key))
    return found


def holder(held: dict[str, list[Holding]], event: Record) -> Holding | None:
    """Who had the machine when something happened to it; nobody where it came last on an order that is not known."""
    before = [
        one for one in held.get(event["equipment_id"], []) if one.since <= event["event_time"]
    ]
    return before[-1] if before and before[-1].owner else None


def is_contract(activity: Record) -> bool:
    """True for a sales activity that is an order."""
    code = touchpoints_by_event().get(("crm", "activities", "crm", activity["activity_type"]))
    return code is not None and touchpoint_types()[code]["interaction_type"] == "order"


def borrowed_identity(landing: Landing) -> dict[int, tuple[str, Record]]:
    """Record whose identifiers a record borrows: messages their ticket's, shipments, deliveries and machines their
    order's, events on the way and answers their order's and invitation's (where they carry none)."""
    lent: dict[int, tuple[str, Record]] = {}
    tickets = {record["ticket_id"]: record for record in landing.records["service.tickets"]}
    for message in landing.in_scope("service.messages"):
        if message["ticket_id"] in tickets:
            lent[message.key] = ("service.tickets", tickets[message["ticket_id"]])
    orders = numbered_orders(landing)
    for shipment in landing.in_scope("erp.shipments"):
        order = orders.get((shipment["order_no"], shipment["platform"])) or orders.get(
            (shipment["order_no"], None)
        )
        if order is not None:
            lent[shipment.key] = order
    for table in ("logistics.tracking_events", "production.deliveries"):
        for record in landing.in_scope(table):
            order = orders.get((record["order_no"], None))
            # a blocked phone, such as the carrier's own, is nobody's
            own = [one for one in identifiers_of(record) if not is_blocked(one)]
            is_known = own or record.erased_profile is not None
            if order is not None and not is_known:
                lent[record.key] = order
    held = holdings(landing)
    for event in landing.in_scope("production.equipment_events"):
        having = holder(held, event)
        if having is not None and having.owner is not None:
            lent[event.key] = having.owner
    invitations = {r["invitation_id"]: r for r in landing.records["survey.invitations"]}
    for response in landing.in_scope("survey.responses"):
        invitation = invitations.get(response["invitation_id"])
        if invitation is None or response.erased_profile is not None:
            continue
        if not identifiers_of(response):
            lent[response.key] = ("survey.invitations", invitation)
    return lent


def lent_order_numbers(landing: Landing) -> dict[int, str | None]:
    """Order number that a message has from its ticket, an answer from its invitation."""
    tickets = {record["ticket_id"]: record for record in landing.records["service.tickets"]}
    invitations = {r["invitation_id"]: r for r in landing.records["survey.invitations"]}
    lent = {}
    for message in landing.in_scope("service.messages"):
        lent[message.key] = getattr(tickets.get(message["ticket_id"]), "values", {}).get("order_no")
    for response in landing.in_scope("survey.responses"):
        invitation = invitations.get(response["invitation_id"])
        lent[response.key] = getattr(invitation, "values", {}).get("order_no")
    held = holdings(landing)
    for event in landing.in_scope("production.equipment_events"):
        having = holder(held, event)
        lent[event.key] = having and having.order_no
    return lent


def named_orders(landing: Landing, found: list[Touch], own: set[int]) -> dict[int, int | None]:
    """Key of the order that each touch is or speaks of: by number, together with the platform where several use the
    number; a receipt or contract (`own`: keys of all orders) is its own order."""
    by_number = orders_by_number(landing)
    lent = lent_order_numbers(landing)
    named: dict[int, int | None] = {}
    for touch in found:
        record = touch.record
        if record.key in own:
            named[touch.key] = record.key
            continue
        order_no = record["order_no"] or lent.get(record.key)
        platform = (
            record["platform"] if record.table.split(".")[0] in ("ecommerce", "erp") else None
        )
        order = by_number.get((order_no, platform or "(none)")) if platform else None
        order = order or by_number.get((order_no, None))
        named[touch.key] = order if order_no else None
    return named


def touches(landing: Landing, people: People) -> list[Touch]:
    """Every interaction in scope, named, with its person; sessions are cut by `cut_sessions`."""
    lent = borrowed_identity(landing)
    tickets = {record["ticket_id"]: record for record in landing.records["service.tickets"]}
    held = holdings(landing)
    found = []
    for table in landing.records:
        system, name = table.split(".")
        for record in landing.in_scope(table):
            events = [event for event in raw_events(table, record) if event[1] is not None]
            if table == "production.equipment_events" and holder(held, record):
                events = [("", record["event_time"], record["event_name"])]
            if not events:
                continue
            owner_table, owner = lent.get(record.key, (table, record))
            carried = identifiers_of(owner)
            if (owner_table, carried) not in people.sets:
                carried = frozenset()
            platform = record["platform"] if system in WITH_PLATFORM else None
            if system == "outreach":
                platform = record["medium"]
            channel = channel_of(system, platform)
            region = record["region"]
            if table == "service.messages" and record["ticket_id"] in tickets:
                region = tickets[record["ticket_id"]]["region"]
            profile = profile_of(people, owner_table, carried)
            if owner.erased_profile is not None:
                profile = (ERASED, "", str(owner.erased_profile))
            for part, at, event in events:
                found.append(
                    Touch(
                        record,
                        plain(f"{record.key}:{part}") if part else record.key,
                        at,
                        channel,
                        touchpoints_by_event().get((system, name, channel, event), "unmapped"),
                        carried,
                        profile,
                        person_of(people, owner_table, carried),
                        record["item_id"] or record["clicked_item_id"] or record["course_id"],
                        record["campaign"] or record["utm_campaign"],
                        region,
                    )
                )
    return found


def cut_sessions(found: list[Touch], people: People) -> dict[int, list[Touch]]:
    """Sessions by the key of their first touchpoint, which every touch is given.

    A visit of one profile on one channel ends after more than 30 minutes; inside it, a strong identifier that is not
    the last one of its type begins a new session. The first login is no change, and refused values say nothing.
    """
    lanes: dict[tuple[str, Identifier], list[Touch]] = defaultdict(list)
    sessions: dict[int, list[Touch]] = {}
    for touch in found:
        if touch.profile is None:
            touch.session = touch.key
            sessions[touch.key] = [touch]
        else:
            lanes[touch.channel, touch.profile].append(touch)
    for lane in lanes.values():
        lane.sort(key=lambda touch: (touch.at, touch.key))
        logins: dict[str, Identifier] = {}
        previous: Touch | None = None
        for touch in lane:
            is_new = previous is None or touch.at - previous.at > GAP
            if is_new:
                logins = {}
            for identifier in touch.carried - {touch.profile}:
                is_strong = identifier_rules()[identifier[0]][0]
                if is_strong and people.standing.get(identifier, "blocked") != "blocked":
                    is_new = is_new or logins.get(identifier[0], identifier) != identifier
                    logins[identifier[0]] = identifier
            touch.session = touch.key if is_new or previous is None else previous.session
            sessions.setdefault(touch.session, []).append(touch)
            previous = touch
    return sessions
