"""Service cases: tickets, calls, comments and posts read one by one, linked by hand, judged rule by rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import inf, sqrt
from zoneinfo import ZoneInfo

from oracles.definitions import seed, touchpoint_types
from oracles.funnels import wilson
from oracles.interactions import Touch
from oracles.landing import Landing, Record, business_date
from oracles.orders import Order
from oracles.satisfaction import Request, Score

GAP = timedelta(hours=168)
EARLIER = timedelta(hours=720)
ZONE, UTC = ZoneInfo("Asia/Shanghai"), ZoneInfo("UTC")
KINDS = {
    "service.tickets": "ticket",
    "hotline.calls": "call",
    "social.engagements": "comment",
    "wechat_oa.interactions": "comment",
    "community.posts": "post",
    "crm.activities": "enquiry",
}
TEXTS = {"comment": "comment_text", "post": "post_text"}
Facts = set[tuple[str, str | Decimal | None]]


@dataclass
class Contact:
    """One contact, before it is known what case it belongs to."""

    touch: Touch
    kind: str
    order: int | None
    reference: object
    texts: list[str]
    replies: list[datetime]
    bot_replies: list[datetime]
    closed: datetime | None
    is_measured: bool
    facts: Facts = field(default_factory=set)
    category: str = "other"


@dataclass
class Case:
    """One case with its contacts in order."""

    contacts: list[Contact]
    facts: Facts = field(default_factory=set)
    is_complaint: bool = False
    priority: str = ""
    queue: str = ""
    rules: list[str] = field(default_factory=list)

    @property
    def key(self) -> int:
        """Key of the first contact."""
        return self.contacts[0].touch.key

    @property
    def opened(self) -> datetime:
        """Time of the first contact."""
        return self.contacts[0].touch.at

    @property
    def person(self) -> int | None:
        """Person."""
        return self.contacts[0].touch.person


def met(facts: Facts, assigns: str) -> dict[tuple[str, str], int]:
    """Weight by (assigned code, rule) of the rules on one thing that some facts meet."""
    found: dict[tuple[str, str], int] = {}
    for row in seed("case_rules"):
        if row["assigns"] != assigns:
            continue
        for kind, value in facts:
            if kind != row["condition_type"]:
                continue
            if row["condition_value"] is not None and value != row["condition_value"]:
                continue
            if row["threshold"] is not None and (
                not isinstance(value, Decimal) or value < Decimal(row["threshold"])
            ):
                continue
            place = (row["assigned_code"] or "", str(row["rule_code"]))
            found[place] = max(found.get(place, -(10**6)), int(str(row["weight"])))
    return found


def by_code(weights: dict[tuple[str, str], int]) -> dict[str, int]:
    """Sum of weights by assigned code."""
    sums: dict[str, int] = defaultdict(int)
    for (code, _), weight in weights.items():
        sums[code] += weight
    return sums


def contacts(landing: Landing, found: list[Touch], named: dict[int, int | None]) -> list[Contact]:
    """Every ticket and call; comments, messages, posts and sales activities that ask or complain."""
    answered = {
        "call": any(
            record["answered_at"] is not None for record in landing.records.get("hotline.calls", [])
        ),
        "ticket": any(
            record["first_response_at"] is not None
            for record in landing.records.get("service.tickets", [])
        )
        or any(
            record["sender"] in ("agent", "bot")
            for record in landing.records.get("service.messages", [])
        ),
    }
    tells_answers = {
        record["activity_type"]
        for record in landing.records.get("crm.activities", [])
        if record["responded_at"] is not None
    }
    messages: dict[str, list[Record]] = defaultdict(list)
    for message in landing.records.get("service.messages", []):
        messages[message["ticket_id"]].append(message)
    keywords = {
        row["condition_value"] for row in seed("case_rules") if row["condition_type"] == "keyword"
    }
    ranks = {
        row["category_code"]: int(str(row["category_rank"])) for row in seed("case_categories")
    }
    result = []
    for touch in found:
        record = touch.record
        kind = KINDS.get(record.table)
        if kind is None or touch.key != record.key:
            continue
        if kind in TEXTS and record[TEXTS[kind]] is None:
            continue
        replies: list[datetime] = []
        bots: list[datetime] = []
        texts: list[str | None] = []
        closed = None
        is_early = False
        if kind == "ticket":
            stated = record["first_response_at"]
            if stated is not None and record["first_responder"] == "bot":
                bots.append(stated)
            elif stated is not None:
                replies.append(stated)
                is_early = stated < touch.at
            texts = [record["subject"], record["ticket_text"]]
            for message in messages[record["ticket_id"]]:
                if message["sender"] == "agent":
                    replies.append(message["sent_at"])
                elif message["sender"] == "bot":
                    bots.append(message["sent_at"])
                elif message["sender"] == "customer":
                    texts.append(message["message_text"])
            closed = record["resolved_at"]
        elif kind == "call":
            replies = [record["answered_at"]] if record["answered_at"] else []
            is_early = bool(replies) and replies[0] < touch.at
            closed = record["ended_at"] if replies else None
            texts = [record["call_text"]]
        elif kind == "enquiry":
            replies = [record["responded_at"]] if record["responded_at"] else []
            is_early = bool(replies) and replies[0] < touch.at
        else:
            texts = [record[TEXTS[kind]]]
        replies = [at for at in replies if at >= touch.at]
        order = named[touch.key]
        contact = Contact(
            touch,
            kind,
            order,
            order if order is not None else record["order_no"],
            [text.lower() for text in texts if text is not None],
            replies,
            [at for at in bots if at >= touch.at],
            closed if closed is not None and closed >= touch.at else None,
            (
                answered.get(kind, False)
                or (kind == "enquiry" and record["activity_type"] in tells_answers)
            )
            and (bool(replies) or not is_early),
        )
        contact.facts.add(("touchpoint", touch.code))
        for text in contact.texts:
            contact.facts |= {("keyword", word) for word in keywords if word and word in text}
        for column, value in (
            ("source_category", record["source_category"]),
            ("source_queue", record["queue"]),
        ):
            if value is not None:
                contact.facts.add((column, value.lower()))
        wanting = sum((met(contact.facts, "case") | met(contact.facts, "complaint")).values())
        if kind not in ("ticket", "call") and wanting < 1:
            continue
        topics = {c: w for c, w in by_code(met(contact.facts, "category")).items() if w > 0}
        if topics:
            contact.category = min(topics, key=lambda code: (-topics[code], ranks[code], code))
        result.append(contact)
    return result


def requests(found: list[Contact]) -> list[Request]:
    """Tickets, calls, and contacts where an answer is promised: (touchpoint, channel, region, opening, wait)."""
    promised = {row["touchpoint_code"] for row in seed("service_levels")}
    return [
        (
            contact.touch.code,
            contact.touch.channel,
            contact.touch.region or "(unknown)",
            contact.touch.at,
            (min(contact.replies) - contact.touch.at).total_seconds() if contact.replies else inf,
        )
        for contact in found
        if contact.is_measured
        and (contact.kind in ("ticket", "call") or contact.touch.code in promised)
    ]


def cases(found: list[Contact], orders: list[Order]) -> list[Case]:
    """Contacts of one person on one order and topic, no more than a week from one to the next."""
    lanes: dict[object, list[Contact]] = defaultdict(list)
    for contact in found:
        owner = contact.touch.person if contact.touch.person is not None else contact
        lanes[id(owner) if owner is contact else owner, contact.reference, contact.category].append(
            contact
        )
    result = []
    for lane in lanes.values():
        lane.sort(key=lambda contact: (contact.touch.at, contact.touch.key))
        for contact in lane:
            if contact is lane[0] or contact.touch.at - result[-1].contacts[-1].touch.at > GAP:
                result.append(Case([]))
            result[-1].contacts.append(contact)
    known = {order.record.key: order for order in orders}
    of_person: dict[int, list[Case]] = defaultdict(list)
    for case in result:
        if case.person is not None:
            of_person[case.person].append(case)
    for case in result:
        earlier = [
            other
            for other in of_person.get(case.person or -1, [])
            if timedelta() < case.opened - other.opened <= EARLIER
        ]
        _judge(case, known, len(earlier))
    return result


def _judge(case: Case, orders: dict[int, Order], earlier: int) -> None:
    for contact in case.contacts:
        case.facts |= contact.facts
        case.facts |= {("contact_kind", contact.kind), ("touchpoint", contact.touch.code)}
    case.facts |= {
        ("any", None),
        ("category", case.contacts[0].category),
        ("contact_count", Decimal(len(case.contacts))),
    }
    if earlier:
        case.facts.add(("earlier_case_count", Decimal(earlier)))
    flags = {contact.touch.record["is_complaint"] for contact in case.contacts} - {None}
    if flags:
        case.facts.add(("flag", "true" if True in flags else "false"))
    order = orders.get(case.contacts[0].order or -1)
    if order is not None and order.gross is not None:
        case.facts.add(("order_value", order.gross))
    complaint = met(case.facts, "complaint")
    case.is_complaint = bool(complaint) and sum(complaint.values()) >= 1
    if case.is_complaint:
        case.facts.add(("complaint", "true"))
    priority = met(case.facts, "priority")
    reached = [
        row
        for row in seed("case_priorities")
        if sum(priority.values()) >= int(str(row["min_weight"]))
    ]
    case.priority = str(min(reached, key=lambda row: int(str(row["priority_rank"])))["priority"])
    case.facts.add(("priority", case.priority))
    queue = met(case.facts, "queue")
    case.queue = min(queue, key=lambda place: (-queue[place], place[1], place[0]))[0]
    topic = met(case.facts, "category")
    category = case.contacts[0].category
    case.rules = sorted(
        {rule for _, rule in complaint | priority}
        | {rule for code, rule in topic if code == category}
        | {rule for code, rule in queue if code == case.queue}
    )


def worked_seconds(start: datetime, end: datetime) -> float:
    """Seconds of business hours between two UTC times: each day's hours, cut to the time between."""
    hours: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in seed("business_hours"):
        hours[int(str(row["weekday"]))].append(
            (int(str(row["opens_minute"])), int(str(row["closes_minute"])))
        )
    exceptions = {
        date.fromisoformat(str(row["holiday_date"])): row["works_as_weekday"]
        for row in seed("holidays")
    }
    day, total = business_date(start), 0.0
    while day <= business_date(end):
        weekday = day.isoweekday()
        if day in exceptions:
            weekday = int(exceptions[day] or 0)
        for opens, closes in hours.get(weekday, []):
            midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE)
            begin, finish = (
                (midnight + timedelta(minutes=minute)).astimezone(UTC).replace(tzinfo=None)
                for minute in (opens, closes)
            )
            total += max(0.0, (min(finish, end) - max(begin, start)).total_seconds())
        day += timedelta(days=1)
    return total


def case_row(
    case: Case,
    orders: dict[int, Order],
    ratings: dict[int, Score],
    homes: dict[int, str],
    as_of: datetime,
) -> dict[str, object]:
    """What the mart shows of a case."""
    mine = case.contacts
    promise = next(row for row in seed("case_priorities") if row["priority"] == case.priority)

    def on_clock(end: datetime) -> float:
        if promise["response_clock"] == "business":
            return worked_seconds(case.opened, end)
        return (end - case.opened).total_seconds()

    is_measured = any(contact.is_measured for contact in mine)
    replies = [at for contact in mine if contact.is_measured for at in contact.replies]
    bots = [at for contact in mine for at in contact.bot_replies]
    answered = min(replies, default=None)
    status = "unmeasured" if not is_measured else "answered" if answered else "unanswered"
    target, limit = (
        int(str(promise["first_response_seconds"])),
        int(str(promise["resolution_seconds"])),
    )
    in_time = None
    if answered is not None:
        in_time = on_clock(answered) <= target
    elif is_measured and on_clock(as_of) > target:
        in_time = False
    closings = [c.closed for c in mine if c.closed is not None and c.closed >= mine[-1].touch.at]
    resolved = min(closings, default=None)
    resolved_in_time = None
    if resolved is not None:
        resolved_in_time = on_clock(resolved) <= limit
    elif is_measured and on_clock(as_of) > limit:
        resolved_in_time = False
    reopened = sum(
        any(c.closed is not None and c.closed <= contact.touch.at for c in mine[:place])
        for place, contact in enumerate(mine)
    )
    order = orders.get(mine[0].order or -1)
    regions = [contact.touch.region for contact in mine if contact.touch.region]
    if not regions and order is not None and order.record["region"]:
        regions = [order.record["region"]]
    region = regions[0] if regions else homes.get(case.person or -1)
    rated = [ratings[c.touch.key] for c in mine if c.touch.key in ratings]
    last = max(rated, key=lambda score: (score.at, score.record.key), default=None)
    spoken_of = next(
        row["touchpoint_code"]
        for row in seed("case_categories")
        if row["category_code"] == mine[0].category
    )
    about = spoken_of or mine[0].touch.code
    return {
        "opened_at": case.opened,
        "cohort_date": business_date(order.at if order else case.opened),
        "last_contact_at": mine[-1].touch.at,
        "contact_count": len(mine),
        "ticket_count": sum(contact.kind == "ticket" for contact in mine),
        "call_count": sum(contact.kind == "call" for contact in mine),
        "contact_kind": mine[0].kind,
        "touchpoint_code": mine[0].touch.code,
        "channel_code": mine[0].touch.channel,
        "region": region,
        "category_code": mine[0].category,
        "about_touchpoint_code": about,
        "about_channel_code": touchpoint_types()[about]["channel_code"],
        "priority": case.priority,
        "assigned_queue": case.queue,
        "matched_rules": case.rules,
        "is_complaint": case.is_complaint,
        "response_status": status,
        "first_response_seconds": answered and (answered - case.opened).total_seconds(),
        "first_response_business_seconds": answered and worked_seconds(case.opened, answered),
        "first_bot_response_seconds": (min(bots) - case.opened).total_seconds() if bots else None,
        "response_target_seconds": target,
        "is_first_response_in_sla": in_time,
        "is_resolved": resolved is not None,
        "resolution_seconds": resolved and (resolved - case.opened).total_seconds(),
        "resolution_business_seconds": resolved and worked_seconds(case.opened, resolved),
        "is_resolution_in_sla": resolved_in_time,
        "is_reopened": reopened > 0,
        "reopen_count": reopened,
        "is_satisfied": last and last.is_satisfied,
    }


def concentration(
    rows: list[tuple[object, dict[str, object]]],
    orders: list[Order],
    regions: dict[int, str],
    min_sample: int = 30,
) -> dict[tuple[str, str], dict[str, object]]:
    """Complaints by the touchpoint they are about and region, from (whose, row) of cases, and regions of orders."""
    placed = Counter(regions[order.record.key] for order in orders if not order.is_return)
    counts: Counter[tuple[str, str]] = Counter()
    people: dict[tuple[str, str], set[object]] = defaultdict(set)
    for owner, row in rows:
        if row["is_complaint"]:
            cell = (str(row["about_touchpoint_code"]), str(row["region"] or "(unknown)"))
            counts[cell] += 1
            people[cell].add(owner)
    result = {}
    for code in {cell[0] for cell in counts}:
        known = [
            region for region in placed.keys() | {c[1] for c in counts} if region != "(unknown)"
        ]
        complaints = sum(counts[code, region] for region in known)
        complainants = sum(len(people[code, region]) for region in known)
        order_sum = sum(placed[region] for region in known)
        for region in {*known, *placed, *(c[1] for c in counts)}:
            mine, n = counts[code, region], placed[region]
            row: dict[str, object] = {
                "complaint_count": mine,
                "complainant_count": len(people[code, region]),
                "order_count": n,
                "share": mine / counts.total(),
                "touchpoint_share": mine / sum(c for (t, _), c in counts.items() if t == code),
                "lift": None,
                "low": None,
                "high": None,
                "is_concentrated": False,
                "is_suppressed": complaints < min_sample,
            }
            if region != "(unknown)" and complaints >= min_sample and n:
                others = complaints - mine
                if others:
                    row["lift"] = (mine / others) * ((order_sum - n) / n)
                ends = wilson(mine, complaints)
                row["low"], row["high"] = (
                    None if end == 1 else end / (1 - end) * (order_sum - n) / n for end in ends
                )
                share = n / order_sum
                deviation = sqrt(complainants * share * (1 - share))
                row["is_concentrated"] = (
                    len(people[code, region]) >= 10
                    and deviation > 0
                    and len(people[code, region]) - complainants * share >= 4 * deviation
                    and mine / complaints >= 2 * share
                )
            result[code, region] = row
    return result


def banded(
    rows: list[dict[str, object]], min_sample: int = 30
) -> dict[tuple[str, str], dict[str, object]]:
    """Ratings of cases by where they began and how long the first human response took."""
    cells: dict[tuple[str, str], list[object]] = defaultdict(list)
    for row in rows:
        if row["response_status"] == "unmeasured":
            continue
        band = "unanswered"
        wait = row["first_response_seconds"]
        for definition in seed("response_bands"):
            upper = definition["to_seconds"]
            if isinstance(wait, float) and float(str(definition["from_seconds"])) <= wait < float(
                upper or "inf"
            ):
                band = str(definition["band_code"])
        for code in ("(all)", str(row["touchpoint_code"])):
            cells[code, band].append(row["is_satisfied"])
    result: dict[tuple[str, str], dict[str, object]] = {}
    for cell, answers in cells.items():
        rated = [answer for answer in answers if answer is not None]
        low, high = (
            wilson(sum(map(bool, rated)), len(rated)) if len(rated) >= min_sample else (None, None)
        )
        result[cell] = {
            "case_count": len(answers),
            "rated_count": len(rated),
            "satisfied_count": sum(map(bool, rated)),
            "csat": sum(map(bool, rated)) / len(rated) if low is not None else None,
            "csat_low": low,
            "csat_high": high,
        }
    return result
