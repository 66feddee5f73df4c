"""A parcel carrier: quote, order, pick-up, transit, delivery, rating; and one region that is late.

A chunk is made of units of ``UNIT`` people with fixed numbers of orders, so that every share is an
exact count in each chunk and in the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from demo.arrays import (
    DAY,
    HOUR,
    NEVER,
    SECOND,
    Calendar,
    chance,
    choose,
    expand,
    ids,
    only,
    take,
)
from demo.bystanders import make_actions, make_bots, make_staff
from demo.chunk import Chunk, make_crowd
from demo.company import CONSTANTS, HOME, MINUTE, WORK, Company, exact, numbered, spaced
from demo.industries import ChunkOfRecords
from demo.logistics import vocabulary as words
from demo.texts import pick_text

__all__ = ["CONSTANTS"]

UNIT = 760
RECORDS_PER_PERSON = 22.1
OTHER_RECORDS = 30
PEOPLE_PER_CHUNK = 20_000
FEWEST_PEOPLE = UNIT

# Per unit and region: people who order; orders before and after the action.
_BUYERS = [240, 250, 130]
_ORDERS = [(200, 200), (240, 200), (120, 100)]
OPEN_DAYS, _OPEN = (
    14,
    16,
)  # orders of the last days, per unit and region: nothing is known of them yet


@dataclass(frozen=True)
class Rates:
    """Exact shares of orders: so many (second) of every so many (first) in the order of time."""

    late: tuple[int, int]
    complaints: tuple[int, int]
    satisfied: tuple[int, int]


BEFORE, AFTER = Rates((20, 10), (50, 20), (10, 5)), Rates((20, 8), (50, 13), (10, 6))
ELSEWHERE = Rates((20, 4), (20, 1), (10, 8))
EVERYWHERE = Rates((20, 6), (20, 3), (10, 7))  # the null twin: all regions, before and after

SCENARIOS = {
    "7": {
        "title": "80 % of complaints are about delivery in one region; the fix there raises "
        "delivery CSAT by 20 % and lowers the complaint rate by 35 % (relative)",
        "region": words.REGIONS[words.TREATED],
        "control_region": words.REGIONS[words.CONTROL],
        "complaints_are": "service.tickets and hotline.calls with is_complaint; each names an "
        "order_no, no order has two",
        "delivery_is": "tickets with source_category delivery, calls in the queue 派送投诉",
        "concentration_is": "delivery complaints of the region / complaints of all regions",
        "before_is": "the order's created_at is before the local midnight of starts_on; else after",
        "orders_are": f"ecommerce.orders, but for those of the last {OPEN_DAYS} days of the period",
        "complaint_rate_is": "orders with a complaint / orders of the same region and period",
        "csat_is": "survey.responses csat of logistics_delivery with score >= 4 / all of them, of "
        "the orders of the same region and period",
        "late_is": "erp.shipments delivered_at after promised_at; the dissatisfied and those who "
        "complain are late ones as far as there are any",
        "effect_csat_relative": 0.2,
        "effect_complaint_rate_relative": -0.35,
        "null_is": "15 % of orders with a complaint, 70 % of answers satisfied, 30 % late in every "
        "region before and after; complaints about every subject; no effect",
        "funnel": ["quote", "order", "ship", "transit", "deliver", "review"],
    }
}


def make_chunk(
    rng: np.random.Generator,
    calendar: Calendar,
    number: int,
    base: int,
    count: int,
    *,
    is_null: bool,
) -> ChunkOfRecords:
    """Make all records of the people ``base`` … ``base + count - 1``, and their truth."""
    units = count // UNIT
    sizes = [size * units for size in _BUYERS]
    people = rng.permutation(count)
    groups = np.split(people, np.cumsum(sizes))
    buyers, strangers = groups[:3], groups[3]
    region = choose(rng, [5, 4, 3], count)
    for code, group in enumerate(buyers):
        region[group] = code
    is_known = np.ones(count, bool)
    asker, visitor, reader = np.split(strangers, [len(strangers) * 2 // 5, len(strangers) * 3 // 4])
    is_known[visitor] = is_known[reader] = False
    is_buyer = np.isin(np.arange(count), np.concatenate(buyers))
    crowd = make_crowd(
        base,
        [
            "phone",
            "email",
            "member_no",
            "contact_id",
            "own_shop",
            "unionid",
            "openid_oa",
            "visitor_id",
        ],
        is_known=is_known,
        is_planted=np.zeros(count, bool),  # no dirt can hurt counts of records by their key
        region=region,
        tier=choose(rng, [60, 28, 12], count),
    )
    chunk = Chunk(rng, calendar, number, crowd)
    company = Company(
        chunk, is_buyer & chance(rng, 0.35, count), is_buyer & chance(rng, 0.4, count)
    )
    action_day = calendar.days // 2
    orders = _plan(company, buyers, units, action_day, is_null=is_null)
    _make_orders(company, orders)
    _make_tracking(company, orders)
    _make_ratings(company, orders)
    _make_cases(company, orders)
    _make_others(company, np.flatnonzero(is_buyer), asker, visitor, reader)
    make_bots(chunk, ["/", "/quote", "/track", "/network"])
    make_staff(chunk)
    if number == 0:
        make_actions(chunk, _actions(company.day(action_day)))
    return ChunkOfRecords(
        parts=chunk.parts,
        is_planted=crowd.is_planted,
        load_after={},
        counts={"people": crowd.count_seen(), **_counts(orders)},
        planted=chunk.planted,
        lists=lambda: {"people": crowd.listed()},
    )


def _actions(start: int) -> list[dict[str, object]]:
    common = {
        "touchpoint_code": "logistics_delivery",
        "starts_on": start,
        "ends_on": None,
        "segment_dimension": "region",
        "treated_segment": words.REGIONS[words.TREATED],
        "control_segment": words.REGIONS[words.CONTROL],
        "washout_days": 7,
    }
    names = {"csat": "广东派送网点扩容：派送满意度", "complaint_rate": "广东派送网点扩容：投诉率"}
    return [
        {"action_id": f"LA{number}", "metric_code": code, "action_name": name, **common}
        for number, (code, name) in enumerate(names.items(), 1)
    ]


@dataclass
class Orders:
    """All orders of the chunk; arrays are aligned."""

    person: np.ndarray
    region: np.ndarray
    is_after: np.ndarray
    created: np.ndarray
    is_late: np.ndarray
    complains: np.ndarray
    is_asked: np.ndarray
    is_satisfied: np.ndarray
    about: np.ndarray  # subject of the complaint
    order_no: pa.Array
    region_name: pa.Array
    paid: np.ndarray
    shipped: np.ndarray
    delivered: np.ndarray
    is_open: np.ndarray  # too late to be judged


def _plan(
    company: Company, buyers: list[np.ndarray], units: int, action_day: int, *, is_null: bool
) -> Orders:
    rng, calendar = company.rng, company.calendar
    parts: list[list[np.ndarray]] = []
    for code, group in enumerate(buyers):
        sizes = [size * units for size in _ORDERS[code]]
        spans = [(15, action_day), (action_day, calendar.days - OPEN_DAYS)]
        moments = [
            company.moments(low, high, size, HOME, 0.8)
            for (low, high), size in zip(spans, sizes, strict=True)
        ]
        person = np.split(spaced(rng, group, np.concatenate(moments)), [sizes[0]])
        for phase in (0, 1):
            rates = (BEFORE, AFTER)[phase] if code == words.TREATED else ELSEWHERE
            rates = EVERYWHERE if is_null else rates
            parts.append(_phase(rng, code, phase, person[phase], moments[phase], rates))
        parts.append(_open_orders(company, code, rng.choice(group, _OPEN * units)))
    person, created, region, phase, late, complains, asked, satisfied, is_open = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    count = len(person)
    other = choose(rng, [2, 2, 2, 2, 1], count)
    is_delivery = (region == words.TREATED) & (not is_null)
    paid = created + company.between(40, 400, count)
    shipped = paid + company.between(2 * 3600, 14 * 3600, count)
    hours = np.where(late, rng.integers(84, 168, count), rng.integers(20, 56, count))
    delivered = company.on_day_of(shipped + hours * HOUR, _ROUNDS)
    delivered = np.where(
        late, np.maximum(delivered, shipped + 76 * HOUR), np.minimum(delivered, shipped + 70 * HOUR)
    )
    return Orders(
        person=person,
        region=region,
        is_after=phase == 1,
        created=created,
        is_late=late,
        complains=complains,
        is_asked=asked,
        is_satisfied=satisfied,
        about=np.where(is_delivery, words.DELIVERY, other),
        order_no=numbered(company.chunk, "ecommerce.orders", "YD", count, 77),
        region_name=take(words.REGIONS, region),
        paid=paid,
        shipped=shipped,
        delivered=np.maximum(delivered, shipped + 8 * HOUR),
        is_open=is_open,
    )


_ROUNDS = [0] * 8 + [1, 4, 6, 6, 3, 3, 5, 6, 6, 5, 3, 2, 1, 0, 0, 0]  # when parcels are delivered


def _phase(
    rng: np.random.Generator,
    code: int,
    phase: int,
    person: np.ndarray,
    moments: np.ndarray,
    rates: Rates,
) -> list[np.ndarray]:
    late = exact(rng, moments, *rates.late)
    complains = exact(rng, moments, *rates.complaints, score=3 * late)
    asked = exact(rng, moments, 2, 1)
    satisfied = np.zeros(len(moments), bool)
    satisfied[asked] = exact(rng, moments[asked], *rates.satisfied, score=-1.5 * late[asked])
    same = np.ones(len(moments), np.int64)
    is_open = np.zeros(len(moments), bool)
    arm = [person, moments, code * same, phase * same]
    return [*arm, late, complains, asked, satisfied, is_open]


def _open_orders(company: Company, code: int, person: np.ndarray) -> list[np.ndarray]:
    days, count = company.calendar.days, len(person)
    moments = company.moments(days - OPEN_DAYS, days, count, HOME, 0.8)
    moments = np.minimum(moments, company.calendar.end - HOUR)
    nothing, same = np.zeros(count, bool), np.ones(count, np.int64)
    return [person, moments, code * same, same, nothing, nothing, nothing, nothing, ~nothing]


def _counts(orders: Orders) -> dict[str, int]:
    treated, control = (
        (orders.region == code) & ~orders.is_open for code in (words.TREATED, words.CONTROL)
    )
    delivery = orders.complains & (orders.about == words.DELIVERY)
    found = {
        "complaints": int(orders.complains.sum()),
        "delivery_complaints_of_region": int((delivery & treated).sum()),
    }
    for arm, rows in (("treated", treated), ("control", control)):
        for phase, is_it in (("before", ~orders.is_after), ("after", orders.is_after)):
            here = rows & is_it
            found |= {
                f"{arm}_{phase}_orders": int(here.sum()),
                f"{arm}_{phase}_complaints": int((here & orders.complains).sum()),
                f"{arm}_{phase}_answers": int((here & orders.is_asked).sum()),
                f"{arm}_{phase}_satisfied": int((here & orders.is_satisfied).sum()),
                f"{arm}_{phase}_late": int((here & orders.is_late).sum()),
            }
    return {f"scenario_7_{measure}": value for measure, value in found.items()}


def _make_orders(company: Company, orders: Orders) -> None:
    """Orders by website, telephone or WeChat, with their quotes."""
    rng, chunk, count = company.rng, company.chunk, len(orders.person)
    how = choose(rng, [0.5, 0.22, 0.28], count)
    how = np.where((how == 2) & ~company.has_wechat[orders.person], 0, how)
    web, phone, wechat = (np.flatnonzero(how == code) for code in range(3))
    early = web[chance(rng, 0.3, len(web))]
    quoted = orders.created[early] - company.between(3 * 3600, 3 * 86_400, len(early))
    search = words.SEARCHES
    company.visits(
        orders.person[early],
        company.on_day_of(quoted - DAY, HOME),
        [(2, ["search", "quote"]), (3, ["quote"]), (1, ["quote", "login", "quote"])],
        "/quote/",
        pages=0.6,
        search=search,
        campaign="spring_rush",
    )
    order_no = orders.order_no
    company.visit(
        orders.person[web],
        orders.created[web],
        ["quote", "order_submit"],
        "/order/",
        pages=0.4,
        signed=True,
        order_no=order_no.take(pa.array(web)),
    )
    company.visit(
        orders.person[web],
        orders.paid[web],
        ["order_pay"],
        "/pay/",
        pages=0,
        signed=True,
        order_no=order_no.take(pa.array(web)),
    )
    company.calls(
        orders.person[phone],
        orders.created[phone] - company.between(200, 1200, len(phone)),
        words.CALLS,
        np.full(len(phone), 3),
        np.zeros(len(phone), bool),
        orders.region_name.take(pa.array(phone)),
        order_no.take(pa.array(phone)),
    )
    company.read(
        orders.person[wechat],
        orders.created[wechat] - company.between(60, 500, len(wechat)),
        words.ARTICLES,
        ["menu_click"] * len(wechat),
    )
    cents = (12 + rng.gamma(1.6, 22, count)).round().astype(np.int64) * 100
    shows_member = chance(rng, 0.6, count)
    chunk.record(
        "ecommerce.orders",
        orders.person,
        {
            "created_at": orders.created,
            "order_no": order_no,
            "amount": cents,
            "platform": "own_shop",
            "paid_at": orders.paid,
            "shipped_at": company.calendar.before_end(orders.shipped),
            "received_at": company.calendar.before_end(orders.delivered),
            "status": take(["paid", "shipped", "completed"], _state(company, orders)),
            "currency": "CNY",
            "region": orders.region_name,
        },
        {
            "phone": "phone",
            "email": ("email", company.has_mail[orders.person] & chance(rng, 0.3, count)),
            "member_no": ("member_no", shows_member),
            "buyer_id": "own_shop",
        },
    )
    chunk.notes["cents"] = cents


def _state(company: Company, orders: Orders) -> np.ndarray:
    """Paid, shipped or delivered when the period ends."""
    end = company.calendar.end
    return (orders.shipped <= end).astype(int) + (orders.delivered <= end)


def _make_tracking(company: Company, orders: Orders) -> None:
    """Shipments, and what the carriers' scanners report."""
    rng, chunk, count = company.rng, company.chunk, len(orders.person)
    shipment = numbered(chunk, "erp.shipments", "WB", count, 31)
    carrier = choose(rng, [5, 3, 2], count)
    carrier_name = take(words.CARRIERS, carrier)
    state = _state(company, orders)
    rows = np.flatnonzero(state > 0)
    picked = pa.array(rows)
    chunk.record(
        "erp.shipments",
        orders.person[rows],
        {
            "shipment_id": shipment.take(picked),
            "order_no": orders.order_no.take(picked),
            "platform": "own_shop",
            "carrier": carrier_name.take(picked),
            "region": orders.region_name.take(picked),
            "shipped_at": orders.shipped[rows],
            "promised_at": orders.shipped[rows] + 3 * DAY,  # as _plan keeps it or not
            "delivered_at": company.calendar.before_end(orders.delivered[rows]),
            "status": take(["in_transit", "delivered"], state[rows] == 2),
        },
    )
    # Pick-up, one or two hubs, a delay, the round, the delivery.
    hubs = rng.integers(1, 3, count)
    owner, step = expand(hubs + 3 + orders.is_late)
    total = (hubs + 3 + orders.is_late)[owner]
    left = total - 1 - step
    code = np.where(step == 0, 0, np.where(step % 2 == 1, 1, 2))
    code = np.where((left == 2) & orders.is_late[owner], 5, code)
    code = np.where(left == 1, 3, np.where(left == 0, 4, code))
    span = (orders.delivered - orders.shipped)[owner]
    share = step / (total - 1) * (0.9 + 0.1 * rng.random(len(owner)))
    at = orders.shipped[owner] + (span * share).astype(np.int64) // SECOND * SECOND
    round_at = orders.delivered[owner] - company.between(1200, 5 * 3600, len(owner))
    at = np.where(
        code == 3, np.maximum(round_at, at), np.where(code == 0, orders.shipped[owner], at)
    )
    at = np.where(code == 4, orders.delivered[owner], np.minimum(at, orders.delivered[owner]))
    known = at <= company.calendar.end
    owner, code, at = owner[known], code[known], at[known]
    name = take([*words.EVENTS, *words.EVENTS_ZH], code + 6 * (carrier[owner] == 1))
    picked = pa.array(owner)
    who = orders.person[owner]
    chunk.record(
        "logistics.tracking_events",
        who,
        {
            "event_time": at,
            "tracking_event_id": ids("TE", chunk.serials("logistics.tracking_events", len(owner))),
            "shipment_id": shipment.take(picked),
            "event_name": name,
            "order_no": orders.order_no.take(picked),
            "region": orders.region_name.take(picked),
            "carrier": carrier_name.take(picked),
        },
        {"phone": ("phone", chance(rng, 0.4, len(owner)))},
    )


def _make_ratings(company: Company, orders: Orders) -> None:
    """Survey answers about the delivery, stars on the order page, and the NPS of a quarter."""
    rng, calendar = company.rng, company.calendar
    invited = (orders.is_asked | chance(rng, 0.2, len(orders.person))) & ~orders.is_open
    rows = np.flatnonzero(invited)
    picked = pa.array(rows)
    score = np.where(orders.is_asked[rows], company.stars(orders.is_satisfied[rows]), NEVER)
    company.survey(
        orders.person[rows],
        orders.delivered[rows] + 40 * MINUTE,
        ("CSAT-DELIVERY", "csat", "logistics_delivery"),
        score,
        words.SURVEY,
        orders.region_name.take(picked),
        order_no=orders.order_no.take(picked),
    )
    rows = np.flatnonzero(chance(rng, 0.3, len(orders.person)) & ~orders.is_open)
    rating = company.stars(~orders.is_late[rows] ^ chance(rng, 0.08, len(rows)))
    comment = pick_text([pa.array(pool) for pool in words.REVIEWS], rating - 1, rng)
    company.chunk.record(
        "ecommerce.reviews",
        orders.person[rows],
        {
            "event_time": orders.delivered[rows] + company.between(900, 3 * 86_400, len(rows)),
            "rating": rating,
            "platform": "own_shop",
            "order_no": orders.order_no.take(pa.array(rows)),
            "review_text": only(comment, chance(rng, 0.8, len(rows))),
        },
        {"buyer_id": "own_shop"},
    )
    buyers, first = np.unique(orders.person, return_index=True)
    keep = chance(rng, 0.25, len(buyers))
    buyers, first = buyers[keep], first[keep]
    sent = company.moments(calendar.days - 36, calendar.days - 6, len(buyers), WORK, 0.1)
    high = chance(rng, 0.5, len(buyers)) & ~orders.is_late[first]
    score = np.where(high, rng.integers(9, 11, len(buyers)), rng.integers(3, 9, len(buyers)))
    company.survey(
        buyers,
        sent,
        ("NPS-QUARTER", "nps", None),
        np.where(chance(rng, 0.5, len(buyers)), score, NEVER),
        words.OVERALL,
        take(words.REGIONS, orders.region[first]),
    )


def _make_cases(company: Company, orders: Orders) -> None:
    """Complaints as tickets or calls, one for an order; and people who ask where the parcel is."""
    rng = company.rng
    rows = np.flatnonzero(orders.complains)
    opened = orders.shipped[rows] + 2 * DAY + company.between(0, 5 * 86_400, len(rows))
    opened = np.where(
        orders.is_late[rows],
        opened,
        orders.delivered[rows] + company.between(900, 86_400, len(rows)),
    )
    opened = company.on_day_of(opened, HOME)
    opened = np.maximum(opened, orders.shipped[rows] + HOUR)
    by_call = chance(rng, 0.3, len(rows))
    asking = np.flatnonzero(
        ~orders.complains
        & ~orders.is_open
        & (
            chance(rng, 0.06, len(orders.person))
            | orders.is_late & chance(rng, 0.1, len(orders.person))
        )
    )
    asked_at = orders.shipped[asking] + company.between(86_400, 3 * 86_400, len(asking))
    asks_by_call = chance(rng, 0.6, len(asking))

    person = np.concatenate([rows[~by_call], asking[~asks_by_call]])
    is_complaint = np.arange(len(person)) < (~by_call).sum()
    company.tickets(
        orders.person[person],
        np.concatenate([opened[~by_call], asked_at[~asks_by_call]]),
        words.CATEGORIES,
        np.where(is_complaint, orders.about[person], words.TRACE),
        is_complaint,
        orders.region_name.take(pa.array(person)),
        orders.order_no.take(pa.array(person)),
    )
    person = np.concatenate([rows[by_call], asking[asks_by_call]])
    is_complaint = np.arange(len(person)) < by_call.sum()
    queue = np.where(orders.about[person] == words.DELIVERY, 0, 1)
    company.calls(
        orders.person[person],
        np.concatenate([opened[by_call], asked_at[asks_by_call]]),
        words.CALLS,
        np.where(is_complaint, queue, 2),
        is_complaint,
        orders.region_name.take(pa.array(person)),
        orders.order_no.take(pa.array(person)),
    )


def _make_others(
    company: Company,
    buyers: np.ndarray,
    asker: np.ndarray,
    visitor: np.ndarray,
    reader: np.ndarray,
) -> None:
    """Contacts and members; people who only ask for a price, look around or read."""
    rng, chunk, calendar = company.rng, company.chunk, company.calendar
    region = take(words.REGIONS, chunk.people.region)
    created = calendar.start - company.between(3600, 500 * 86_400, len(buyers))
    in_crm = chance(rng, 0.5, len(buyers)) | company.has_wechat[buyers]
    company.contacts(buyers[in_crm], created[in_crm], region.take(pa.array(buyers[in_crm])))
    chunk.record(
        "erp.members",
        buyers,
        {
            "registered_at": created,
            "customer_tier": take(["普通", "重点", "战略"], chunk.people.tier[buyers]),
            "region": region.take(pa.array(buyers)),
        },
        {
            "member_no": "member_no",
            "phone": "phone",
            "email": ("email", company.has_mail[buyers]),
        },
    )
    end = calendar.days - 1
    moments = company.moments(1, end, len(asker), HOME)
    company.visit(asker, moments, ["quote"], "/quote/", pages=1, signed=True)
    moments = company.moments(1, end, len(visitor), HOME)
    company.visit(visitor, moments, ["search"], "/help/", pages=1, search=words.SEARCHES)
    fans = np.concatenate([reader, buyers[company.has_wechat[buyers]]])
    fans = np.repeat(fans, 1 + rng.poisson(0.8, len(fans)))
    moments = company.moments(1, end, len(fans), HOME)
    company.read(fans, moments, words.ARTICLES)
    company.react(fans, moments, 0.2, words.ARTICLES, words.ARTICLE_COMMENTS)
