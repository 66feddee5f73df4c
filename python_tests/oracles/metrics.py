"""The named metrics, counted the slow way from touches, sessions, orders and landed records."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING, Any

from oracles.credits import conversions
from oracles.definitions import channel_of, seed, touchpoint_types
from oracles.funnels import wilson
from oracles.interactions import Touch
from oracles.landing import as_id, business_date, keyed
from oracles.people import identifiers_of, person_of

if TYPE_CHECKING:
    from oracles.world import World

Z = 1.959963984540054
ALL = "(all)"
DAY = timedelta(hours=24)
WEEK = timedelta(days=7)
ROLES = {"read": "read", "watch": "read", "share": "share", "comment": "comment", "like": "like"}
# What happens to people rather than being done by them.
PASSIVE = {
    *("deliver", "follow_up", "invite", "message", "other", "receive", "refund", "send", "ship"),
    "transit",
}

# (metric, channel, month or None)
Cell = tuple[str, str, date | None]


@dataclass
class Unit:
    """One thing that is counted: where, when, whose, and how much of how much."""

    metric: str
    channel: str
    month: date
    person: int | None
    numerator: int
    denominator: int = 1


def month_of(moment: datetime) -> date:
    """First day of the business month of a UTC time."""
    return business_date(moment).replace(day=1)


def after(month: date) -> date:
    """First day of the next month."""
    return (month + timedelta(days=32)).replace(day=1)


def is_page(touch: Touch) -> bool:
    """True for a page view."""
    return touchpoint_types()[touch.code]["is_page_view"] == "true"


def page_views(touches: list[Touch]) -> int:
    """Page views of a session: a page that is opened again within five seconds was reloaded."""
    last: dict[str, datetime] = {}
    count = 0
    for touch in sorted(touches, key=lambda t: (t.at, t.key)):
        if not is_page(touch):
            continue
        page = touch.record["page_url"] or touch.record["page_path"]
        if page is None:
            count += 1
            continue
        if page not in last or touch.at - last[page] > timedelta(seconds=5):
            count += 1
        last[page] = touch.at
    return count


def session_units(world: World, session_person: dict[int, int | None]) -> Iterable[Unit]:
    """Sessions: their depth and whether they hold an order."""
    paid = {order.record.key for order in world.orders if order.is_paid}
    paged = {t["channel_code"] for t in touchpoint_types().values() if t["is_page_view"] == "true"}
    for key, touches in world.sessions.items():
        first = min(touches, key=lambda t: (t.at, t.key))
        where = (first.channel, month_of(first.at), session_person[key] or key)
        if first.channel in paged:
            pages = page_views(touches)
            yield Unit("visit_depth", *where, pages)
            yield Unit("visit_depth_deep_share", *where, int(pages >= 3))
        holds = any(touch.key in paid for touch in touches)
        leads = any(
            t.kind == "order" and world.order_numbers.get((t.record["order_no"], None)) in paid
            for t in touches
        )
        yield Unit("session_conversion", *where, int(holds))
        yield Unit("session_order_rate", *where, int(holds or leads))


def items_of_orders(world: World) -> dict[int, set[str]]:
    """Items in each order, by the order's key."""
    landing = world.landing
    found: dict[int, set[str]] = defaultdict(set)
    enrolments = {enrolment.key for enrolment in landing.in_scope("academic.enrolments")}
    for line in landing.in_scope("ecommerce.order_items"):
        key = world.order_numbers.get((line["order_no"], line["platform"] or "(none)"))
        key = key or world.order_numbers.get((line["order_no"], None))
        if key is not None and key not in enrolments:
            found[key].add(line["item_id"])
    receipts = {
        (r["store_id"], r["till_id"], r["receipt_no"]): r.key
        for r in landing.records["store.transactions"]
    }
    for line in landing.in_scope("store.transaction_items"):
        key = receipts.get((line["store_id"], line["till_id"], line["receipt_no"]))
        if key is not None:
            found[key].add(line["item_id"])
    for enrolment in landing.in_scope("academic.enrolments"):
        found[enrolment.key].add(enrolment["course_id"])
    return found


def search_units(world: World) -> Iterable[Unit]:
    """Search episodes."""
    items = items_of_orders(world)
    orders: dict[int, list[tuple[datetime, set[str]]]] = defaultdict(list)
    for order in world.orders:
        if order.is_paid and order.person is not None:
            orders[order.person].append((order.at, items[order.record.key]))
    searches: dict[tuple[int, str], list[Touch]] = defaultdict(list)
    for touch in world.touches:
        if touch.kind == "search" and touch.person is not None:
            searches[touch.person, touch.channel].append(touch)
    for (person, channel), mine in searches.items():
        mine.sort(key=lambda t: (t.at, t.key))
        episodes = [[mine[0]]]
        for one, other in pairwise(mine):
            if other.at - one.at > timedelta(minutes=30):
                episodes.append([])
            episodes[-1].append(other)
        for episode in episodes:
            where = (channel, month_of(episode[0].at), person)
            is_mature = episode[-1].at + DAY <= world.as_of
            clicked = any_order = False
            for touch in episode:
                for at, bought in orders[person]:
                    if touch.at <= at <= touch.at + DAY:
                        any_order = True
                        clicked |= touch.record["clicked_item_id"] in bought
            known = [
                t.record["result_count"] for t in episode if t.record["result_count"] is not None
            ]
            if is_mature:
                yield Unit("search_conversion", *where, int(clicked))
                yield Unit("search_conversion_any_order", *where, int(any_order))
            if known:
                yield Unit("search_zero_result_rate", *where, int(max(known) == 0))
                if is_mature and max(known) == 0:
                    yield Unit("search_conversion_zero_result", *where, int(any_order))


@dataclass
class Content:
    """One interaction with a piece of content."""

    content: str
    role: str
    touch: Touch


def contents(world: World) -> list[Content]:
    """Readings, shares, comments and likes of articles and posts."""
    found = []
    for touch in world.touches:
        record = touch.record
        content = {
            "wechat_oa.interactions": record["article_id"],
            "social.engagements": record["content_id"],
        }.get(record.table)
        if record.table == "website.events" and record["page_url"]:
            address = re.sub(r"[?#].*$", "", record["page_url"])
            if re.search(r"/(article|articles|blog|news)/", record["page_url"]):
                content = address
        role = "read" if is_page(touch) else ROLES.get(touch.kind)
        if content is not None and role is not None:
            found.append(Content(content, role, touch))
    return found


def engaged_reads(world: World) -> list[tuple[Content, bool]]:
    """Readings by known persons whose week has passed, and whether an answer to the same content came in it."""
    answers: dict[tuple[int, str, str], list[datetime]] = defaultdict(list)
    everything = [c for c in contents(world) if c.touch.person is not None]
    for item in everything:
        if item.role != "read":
            answers[item.touch.person or 0, item.touch.channel, item.content].append(item.touch.at)
    result = []
    for item in everything:
        touch = item.touch
        if item.role == "read" and touch.at + WEEK <= world.as_of:
            times = answers[touch.person or 0, touch.channel, item.content]
            result.append((item, any(touch.at <= at <= touch.at + WEEK for at in times)))
    return result


def content_units(world: World) -> Iterable[Unit]:
    """Readers of a month, and followers at its end."""
    months: set[tuple[str, date]] = set()
    engaged: set[tuple[str, date, int | None]] = set()
    for item, has_engaged in engaged_reads(world):
        where = (item.touch.channel, month_of(item.touch.at), item.touch.person)
        months.add(where[:2])
        if has_engaged:
            engaged.add(where)
        yield Unit("engagement_rate", *where, int(has_engaged))
    changes: dict[tuple[str, int], list[Touch]] = defaultdict(list)
    for touch in world.touches:
        if touch.kind in ("follow", "unfollow") and touch.person is not None:
            changes[touch.channel, touch.person].append(touch)
    for (channel, person), mine in changes.items():
        mine.sort(key=lambda t: (t.at, t.key))
        for where, month in months:
            before = [t for t in mine if business_date(t.at) < after(month)]
            if where == channel and before and before[-1].kind == "follow":
                is_engaged = (channel, month, person) in engaged
                yield Unit("engagement_rate_followers", channel, month, person, int(is_engaged))


def store_units(world: World) -> Iterable[Unit]:
    """Store visits."""
    bought = {
        (order.record["store_id"], order.person, business_date(order.at))
        for order in world.orders
        if order.record.table == "store.transactions" and order.is_paid and order.person is not None
    }
    for touch in world.touches:
        if touch.record.table != "store.visits":
            continue
        where = (touch.channel, month_of(touch.at), touch.person)
        has_bought = (touch.record["store_id"], touch.person, business_date(touch.at)) in bought
        yield Unit("store_visit_conversion_all", *where, int(has_bought))
        if touch.person is not None:
            yield Unit("store_visit_conversion", *where, int(has_bought))


def reaching_sends(world: World) -> list[Any]:
    """Sends that were held out, or reached somebody: delivered, opened, or by a medium that never tells of delivery."""
    all_sends = world.landing.records.get("outreach.sends", [])
    telling = {send["medium"] for send in all_sends if send["delivered_at"] is not None}
    signs = ("delivered_at", "opened_at", "clicked_at", "responded_at")
    return [
        send
        for send in world.landing.in_scope("outreach.sends")
        if send["is_holdout"]
        or send["medium"] not in telling
        or any(send[sign] is not None for sign in signs)
    ]


def goals_of_sends(world: World) -> dict[int, str]:
    """What each send is for: the goal of the rule whose code is its campaign, or that of all others."""
    rules = {rule["rule_code"]: rule["goal_code"] for rule in seed("action_rules")}
    usual = next(goal["goal_code"] for goal in seed("goals") if goal["is_sent_for"] == "true")
    return {
        send.key: str(rules.get(send["campaign"]) or usual)
        for send in world.landing.in_scope("outreach.sends")
    }


def push_units(world: World) -> Iterable[Unit]:
    """Sends that reached somebody, or would have."""
    sends: dict[int, list[tuple[datetime, int, Any]]] = defaultdict(list)
    goals = goals_of_sends(world)
    for record in reaching_sends(world):
        person = person_of(world.people, "outreach.sends", identifiers_of(record))
        if person is not None:
            at = record["delivered_at"] or record["sent_at"]
            sends[person].append((at, record.key, record))
    before: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for conversion in world.conversions:
        if conversion.person is not None:
            before[conversion.key] += [
                (at, key)
                for at, key, record in sends[conversion.person]
                if goals[key] == conversion.goal and at < conversion.at <= at + DAY
            ]
    completed = {max(found)[1] for found in before.values() if found}
    for person, mine in sends.items():
        for at, key, record in mine:
            if at + DAY > world.as_of:
                continue
            where = (channel_of("outreach", record["medium"]), month_of(at), person)
            has_completed = key in completed
            if record["is_holdout"]:
                yield Unit("push_holdout_rate", *where, int(has_completed))
                continue
            times = [record[name] for name in ("opened_at", "clicked_at", "responded_at")]
            has_opened = any(time is not None and time <= at + DAY for time in times)
            yield Unit("push_target_rate", *where, int(has_completed))
            yield Unit("push_response", *where, int(has_opened or has_completed))


def person_units(world: World) -> Iterable[Unit]:
    """Months of persons: days of activity, orders that stayed. All channels together are a channel of their own."""
    days: dict[str, dict[int, set[date]]] = defaultdict(lambda: defaultdict(set))
    for touch in world.touches:
        if touch.person is not None and touch.kind not in PASSIVE:
            for channel in (touch.channel, ALL):
                days[channel][touch.person].add(business_date(touch.at))
    today = business_date(world.as_of)
    for channel, persons in days.items():
        begun = min(day for mine in persons.values() for day in mine)
        for person, mine in persons.items():
            for month in {day.replace(day=1) for day in mine}:
                length = (after(month) - month).days
                if month >= begun and after(month) - timedelta(days=1) <= today:
                    active = sum(day.replace(day=1) == month for day in mine)
                    yield Unit("stickiness", channel, month, person, active, length)
    orders: dict[tuple[str, date, int], int] = defaultdict(int)
    for order in world.orders:
        if not order.is_paid or order.person is None:
            continue
        if not order.is_refunded_in_full:
            for channel in (order.channel, ALL):
                orders[channel, month_of(order.at), order.person] += 1
    for (channel, month, person), count in orders.items():
        yield Unit("consumption_frequency", channel, month, person, count)


def ratio_ends(sums: Iterable[Sequence[int]]) -> tuple[float, float]:
    """Ends of the interval of Σ one ÷ Σ other over persons: the delta method on each person's residual."""
    pairs = list(sums)
    value = sum(one for one, _ in pairs) / sum(other for _, other in pairs)
    spread = sum((one - value * other) ** 2 for one, other in pairs)
    margin = Z * sqrt(len(pairs) / (len(pairs) - 1) * spread) / sum(other for _, other in pairs)
    return max(0.0, value - margin), value + margin


def _row(method: str, units: list[Unit], min_sample: int) -> dict[str, Any]:
    """Value and interval of the units of one cell."""
    y = sum(unit.numerator for unit in units)
    x = sum(unit.denominator for unit in units)
    low = high = None
    sample = x
    value = y / x
    if method == "wilson":
        low, high = wilson(y, x)
    else:
        by_person: dict[int | None, list[int]] = defaultdict(lambda: [0, 0])
        for unit in units:
            by_person[unit.person][0] += unit.numerator
            by_person[unit.person][1] += unit.denominator
        sample = len(by_person)
        if sample > 1:
            low, high = ratio_ends(list(by_person.values()))
    is_shown = sample >= min_sample
    return {
        "numerator": y,
        "denominator": x,
        "comparison_numerator": None,
        "comparison_denominator": None,
        "sample_size": sample,
        "value": value if is_shown else None,
        "low": low if is_shown else None,
        "high": high if is_shown else None,
        "is_suppressed": not is_shown,
    }


def metric_rows(
    world: World, session_person: dict[int, int | None], min_sample: int = 30
) -> dict[Cell, dict[str, Any]]:
    """The rows of the mart."""
    definitions = {str(row["metric_code"]): row for row in seed("metric_definitions")}
    cells: dict[Cell, list[Unit]] = defaultdict(list)
    for source in (
        session_units(world, session_person),
        search_units(world),
        content_units(world),
        store_units(world),
        push_units(world),
        person_units(world),
    ):
        for unit in source:
            channels = {unit.channel, ALL}
            if unit.metric in ("stickiness", "consumption_frequency"):
                channels = {unit.channel}
            for channel in channels:
                for period in (unit.month, None):
                    cells[unit.metric, channel, period].append(unit)
    rows: dict[Cell, dict[str, Any]] = {}
    for cell, units in cells.items():
        definition = definitions[cell[0]]
        if definition["unit"] == "person":
            best: dict[int | None, Unit] = {}
            for unit in units:
                if unit.person not in best or unit.numerator > best[unit.person].numerator:
                    best[unit.person] = unit
            units = list(best.values())
        rows[cell] = _row(str(definition["interval_method"]), units, min_sample)
        if cell[0] == "visit_depth":
            is_shown = len(units) >= min_sample
            rows["visit_depth_median", *cell[1:]] = rows[cell] | {
                "numerator": None,
                "sample_size": len(units),
                "value": float(median(unit.numerator for unit in units)) if is_shown else None,
                "low": None,
                "high": None,
                "is_suppressed": not is_shown,
            }
    for cell, row in list(rows.items()):
        other = rows.get(("push_holdout_rate", *cell[1:]))
        if cell[0] == "push_target_rate" and other is not None:
            rows["push_incremental", *cell[1:]] = difference(row, other, min_sample)
    return rows


def difference(row: dict[str, Any], other: dict[str, Any], min_sample: int) -> dict[str, Any]:
    """Difference of two shares with Newcombe's interval."""
    (y, n), (z, m) = ((r["numerator"], r["denominator"]) for r in (row, other))
    (low, high), (other_low, other_high) = wilson(y, n), wilson(z, m)
    value = y / n - z / m
    is_shown = min(n, m) >= min_sample
    below = sqrt((y / n - low) ** 2 + (other_high - z / m) ** 2)
    above = sqrt((high - y / n) ** 2 + (z / m - other_low) ** 2)
    return {
        "numerator": y,
        "denominator": n,
        "comparison_numerator": z,
        "comparison_denominator": m,
        "sample_size": min(n, m),
        "value": value if is_shown else None,
        "low": value - below if is_shown else None,
        "high": value + above if is_shown else None,
        "is_suppressed": not is_shown,
    }


GOALS = {"consultation": "consulting", "registration": "registering", "order": "ordering"}


def _public(world: World, text: str) -> str:
    """A text as readers may see it: a keyed hash where a phone number stands in it."""
    if re.search(r"(^|[^0-9])(\+?86)?1[3-9][0-9]{9}([^0-9]|$)", text):
        return f"masked-{as_id(keyed(world.landing.secret, text))}"
    return text


def content_rows(
    world: World, min_sample: int = 30
) -> dict[tuple[str, str, date | None], dict[str, Any]]:
    """The rows of the content mart by (content, channel, first day of the month or None)."""
    times: dict[tuple[str, int], list[tuple[datetime, timedelta]]] = defaultdict(list)
    for conversion in conversions(world.touches, world.orders):
        if conversion.goal in GOALS and conversion.person is not None:
            times[conversion.goal, conversion.person].append((conversion.at, conversion.lookback))
    lookbacks = {
        str(goal["goal_code"]): timedelta(days=int(str(goal["lookback_days"])))
        for goal in seed("goals")
    }
    counts: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    readers: dict[Any, set[int]] = defaultdict(set)
    # (place, what) -> persons
    base: dict[Any, set[int]] = defaultdict(set)
    did: dict[Any, set[int]] = defaultdict(set)

    def places(item: Content) -> list[tuple[str, str, date | None]]:
        name = _public(world, item.content)
        return [
            (name, item.touch.channel, month_of(item.touch.at)),
            (name, item.touch.channel, None),
        ]

    for item in contents(world):
        for place in places(item):
            counts[place][item.role] += 1
            person, at = item.touch.person, item.touch.at
            if item.role != "read" or person is None:
                continue
            readers[place].add(person)
            for goal, lookback in lookbacks.items():
                if goal in GOALS and at + lookback <= world.as_of:
                    base[place, goal].add(person)
                    if any(at < then <= at + back for then, back in times[goal, person]):
                        did[place, goal].add(person)
    for item, has_engaged in engaged_reads(world):
        for place in places(item):
            base[place, "engagement"].add(item.touch.person or 0)
            if has_engaged:
                did[place, "engagement"].add(item.touch.person or 0)
    rows = {}
    for place, count in counts.items():
        row: dict[str, Any] = {
            "reads": count["read"],
            "readers": len(readers[place]),
            "shares": count["share"],
            "comments": count["comment"],
            "likes": count["like"],
            "is_suppressed": False,
        }
        for goal, name in {"engagement": "engaged", **GOALS}.items():
            n, k = len(base[place, goal]), len(did[place, goal])
            is_shown = n >= min_sample
            low, high = wilson(k, n) if is_shown else (None, None)
            row |= {
                f"{goal}_base": n,
                f"{name}_readers": k,
                f"{goal}_rate": k / n if is_shown else None,
                f"{goal}_rate_low": low,
                f"{goal}_rate_high": high,
            }
            row["is_suppressed"] |= 0 < n < min_sample
        rows[place] = row
    return rows
