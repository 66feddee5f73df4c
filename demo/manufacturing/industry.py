"""A maker of machines: enquiry, quotation, order, delivery, feedback; and one bad batch.

A chunk is made of units of ``UNIT`` people with fixed numbers of enquiries and orders, so that every
share is an exact count in each chunk and in the whole.
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
    constant,
    expand,
    ids,
    join,
    money,
    take,
    text,
)
from demo.bystanders import make_actions, make_bots, make_staff
from demo.chunk import Chunk, exactly, make_crowd
from demo.company import CONSTANTS, SHOP, WORK, Company, exact, numbered
from demo.industries import ChunkOfRecords
from demo.manufacturing import vocabulary as words
from demo.rows import NOBODY

__all__ = ["CONSTANTS"]

UNIT = 820
RECORDS_PER_PERSON = 12.0
OTHER_RECORDS = 140
PEOPLE_PER_CHUNK = 20_000
FEWEST_PEOPLE = UNIT

# Per unit and region: enquiries before and after the action; and who else there is.
_ENQUIRIES = [(120, 100), (120, 100), (60, 60)]
_REGULARS, _PARTS_BUYERS = 115, 60

# Batches of motors, a part of every machine, come every 12 days from two lines in turn; the bad one
# is fixed, so that the definitions can name it.
BATCH_EVERY = 12
BAD = 14
BAD_BATCH = f"BT-{BAD + 1:03d}"
ANOMALIES = 14  # of the bad batch; the null twin has as many, evenly over all batches
_BAD_DELIVERIES, _BAD_COMPLAINTS, _OTHER_COMPLAINTS = 30, 12, 9


@dataclass(frozen=True)
class Rates:
    """Exact shares: so many (second) of every so many (first) in the order of time."""

    answers: tuple[int, int]
    satisfied: tuple[int, int]
    orders: tuple[int, int]
    hours: tuple[float, float]  # until the enquiry is answered


SLOW = Rates((2, 1), (20, 10), (3, 1), (22, 70))
MENDED = Rates((5, 3), (20, 13), (100, 39), (0.5, 4))
ELSEWHERE = Rates((2, 1), (10, 7), (5, 2), (2, 8))
NOT_MENDED = Rates((5, 3), (20, 10), (3, 1), (22, 70))
NULL_BEFORE = Rates((2, 1), (20, 10), (10, 3), (22, 70))
NULL_AFTER = Rates((5, 3), (20, 10), (10, 3), (22, 70))

SCENARIOS = {
    "1": {
        "title": "slow answers to enquiries depress satisfaction; once shortened, CSAT rises by 30 % "
        "and order conversion by 17 % (relative)",
        "region": words.REGIONS[words.TREATED],
        "control_region": words.REGIONS[words.CONTROL],
        "enquiries_are": "crm.activities of type enquiry; one per person; the answer is responded_at",
        "before_is": "the enquiry's event_time is before the local midnight of starts_on; else after",
        "csat_is": "survey.responses csat of crm_enquiry with score >= 4 / all of them, of the people "
        "whose enquiry is in the region and period",
        "order_conversion_is": "people with an enquiry and a contract within 7 days / people with an "
        "enquiry, by region and period",
        "driver_is": "survey.responses nps >= 9 of people who were satisfied with the enquiry, and of "
        "people who were not; every other touchpoint that is asked about counts less",
        "effect_csat_relative": 0.3,
        "effect_order_conversion_relative": 0.17,
        "null_is": "enquiries of the region stay slow, 50 % satisfied and 30 % ordering before and "
        "after; half of the nps answers are >= 9 whatever was said of the enquiry",
        "funnel": ["enquiry", "quotation", "order", "deliver", "feedback"],
    },
    "8": {
        "title": "one batch with production anomalies causes complaints some weeks later",
        "batch_no": BAD_BATCH,
        "anomalies_are": "production.equipment_events of severity warning or critical with batch_no",
        "complaints_are": "service.tickets with is_complaint; the order_no leads over "
        "production.deliveries to the batch; no order has two",
        "path": [
            "production.batches",
            "production.deliveries",
            "crm.activities",
            "service.tickets",
        ],
        "null_is": "as many anomalies and complaints, evenly over all batches",
    },
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
    sizes = [sum(pair) * units for pair in _ENQUIRIES]
    sizes += [_REGULARS * units, _PARTS_BUYERS * units]
    *askers, regulars, parts_buyers, visitors = np.split(rng.permutation(count), np.cumsum(sizes))
    region = choose(rng, [4, 4, 2], count)
    for code, group in enumerate(askers):
        region[group] = code
    is_known = np.ones(count, bool)
    is_known[visitors] = False
    crowd = make_crowd(
        base,
        ["contact_id", "phone", "email", "member_no", "unionid", "openid_oa", "visitor_id"],
        is_known=is_known,
        is_planted=np.zeros(count, bool),  # no dirt can hurt counts of records by their key
        region=region,
        tier=choose(rng, [60, 28, 12], count),
    )
    chunk = Chunk(rng, calendar, number, crowd)
    company = Company(chunk, is_known & chance(rng, 0.75, count), np.zeros(count, bool))
    action_day = calendar.days // 2
    asked = _plan_enquiries(company, askers, units, action_day, is_null=is_null)
    _make_enquiries(company, asked)
    orders = _make_contracts(company, asked, regulars)
    _make_deliveries(company, orders, units, is_null=is_null)
    _make_complaints(company, orders, units, is_null=is_null)
    _make_shop(company, np.concatenate([parts_buyers, orders.person[::4]]))
    counts = _make_surveys(company, asked, orders, is_null=is_null)
    _make_contacts(company, np.flatnonzero(is_known), np.unique(orders.person))
    moments = company.moments(1, calendar.days - 1, len(visitors), WORK, 0.3)
    company.visit(
        visitors, moments, ["search", "item_view"], "/products/", pages=1, search=words.SEARCHES
    )
    make_bots(chunk, ["/", "/products", "/cases", "/service"])
    make_staff(chunk, has_hotline=False)
    anomalies = 0
    if number == 0:
        make_actions(chunk, _actions(company.day(action_day)))
        _make_catalogue(chunk)
        anomalies = _make_batches(company, is_null=is_null)
    counts |= _counts(asked, orders) | {"scenario_8_anomalies_of_batch": anomalies}
    return ChunkOfRecords(
        parts=chunk.parts,
        is_planted=crowd.is_planted,
        load_after={},
        counts={"people": crowd.count_seen(), **counts},
        planted=chunk.planted,
        lists=lambda: {"people": crowd.listed()},
    )


def _actions(start: int) -> list[dict[str, object]]:
    common = {
        "touchpoint_code": "crm_enquiry",
        "starts_on": start,
        "ends_on": None,
        "segment_dimension": "region",
        "treated_segment": words.REGIONS[words.TREATED],
        "control_segment": words.REGIONS[words.CONTROL],
        "washout_days": 7,
    }
    names = {
        "csat": "江苏询价四小时响应：满意度",
        "order_conversion": "江苏询价四小时响应：订单转化",
    }
    return [
        {"action_id": f"MA{number}", "metric_code": code, "action_name": name, **common}
        for number, (code, name) in enumerate(names.items(), 1)
    ]


@dataclass
class Enquiries:
    """One enquiry a person; arrays are aligned."""

    person: np.ndarray
    region: np.ndarray
    is_after: np.ndarray
    moment: np.ndarray
    responded: np.ndarray
    answers: np.ndarray
    is_satisfied: np.ndarray
    orders: np.ndarray
    item: np.ndarray


@dataclass
class Contracts:
    """Orders; arrays are aligned."""

    person: np.ndarray
    moment: np.ndarray
    item: np.ndarray
    order_no: pa.Array
    shipped: np.ndarray
    delivered: np.ndarray
    is_delivered: np.ndarray  # before the period ends
    batch: np.ndarray
    complains: np.ndarray
    equipment: pa.Array | None = None


def _plan_enquiries(
    company: Company, askers: list[np.ndarray], units: int, action_day: int, *, is_null: bool
) -> Enquiries:
    rng, calendar = company.rng, company.calendar
    parts = []
    for code, group in enumerate(askers):
        before = _ENQUIRIES[code][0] * units
        for phase, people in enumerate(np.split(group, [before])):
            treated = (NULL_BEFORE, NULL_AFTER) if is_null else (SLOW, MENDED)
            rates = treated[phase] if code == words.TREATED else ELSEWHERE
            span = (action_day, calendar.days - 9) if phase else (12, action_day)
            moments = company.moments(*span, len(people), WORK, 0.1)
            low, high = rates.hours
            wait = low + (high - low) * rng.random(len(people))
            answers = exact(rng, moments, *rates.answers)
            satisfied = np.zeros(len(people), bool)
            quickness = 1 - (wait - low) / (high - low)
            satisfied[answers] = exact(
                rng, moments[answers], *rates.satisfied, score=quickness[answers]
            )
            orders = exact(rng, moments, *rates.orders, score=0.6 * quickness)
            same = np.ones(len(people), np.int64)
            responded = moments + (wait * 3600).astype(np.int64) * SECOND
            columns = [people, code * same, phase * same, moments, responded]
            parts.append([*columns, answers, satisfied, orders])
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    item = choose(rng, [5, 3, 4, 2, 3, 2], len(joined[0]))
    return Enquiries(joined[0], joined[1], joined[2] == 1, *joined[3:], item)


def _make_enquiries(company: Company, asked: Enquiries) -> None:
    """Visits to the website, the enquiry, calls and visits of sales, the quotation."""
    rng, chunk, person = company.rng, company.chunk, asked.person
    count = len(person)
    item_id = take([code for code, *_ in words.ITEMS], asked.item)
    early = np.flatnonzero(chance(rng, 0.7, count))
    looked = asked.moment[early] - company.between(1 * 86_400, 9 * 86_400, len(early))
    company.visits(
        person[early],
        company.on_day_of(looked, WORK),
        _WAYS_TO_A_MACHINE,
        "/products/",
        pages=0.5,
        search=words.SEARCHES,
        item=item_id.take(pa.array(early)),
        campaign="expo_2025",
    )
    online = np.flatnonzero(chance(rng, 0.4, count))
    company.visit(
        person[online],
        asked.moment[online],
        ["item_view", "consult"],  # a form would be a second enquiry, of no region
        "/contact/",
        pages=0.5,
        signed=True,
        item=item_id.take(pa.array(online)),
    )
    consulted = np.flatnonzero(chance(rng, 0.15, count))
    company.visit(
        person[consulted],
        asked.responded[consulted] + company.between(3600, 80_000, len(consulted)),
        ["consult"],
        "/service/",
        pages=0.5,
        signed=True,
    )
    _activity(company, "enquiry", person, asked.moment, responded=asked.responded)
    quoted = asked.orders | chance(rng, 0.6, count)
    at = asked.responded + company.between(2 * 3600, 10 * 3600, count)
    price = words.ITEM_PRICES[asked.item] * rng.integers(1, 6, count) * 100
    rows = np.flatnonzero(quoted)
    _activity(company, "quotation", person[rows], at[rows], cents=price[rows], outcome="已报价")
    called = np.flatnonzero(quoted & chance(rng, 0.5, count))
    _activity(company, "call", person[called], at[called] + HOUR)
    chunk.notes["quoted"] = at
    chunk.notes["price"] = price


_WAYS_TO_A_MACHINE = [
    (3, ["search", "item_view", "download"]),
    (3, ["item_view", "item_view"]),
    (2, ["search", "item_view"]),
    (1, ["item_view", "video_play"]),
    (1, ["item_view", "download", "share"]),
]


def _activity(
    company: Company,
    kind: str,
    person: np.ndarray,
    moment: np.ndarray,
    *,
    responded: np.ndarray | None = None,
    cents: np.ndarray | None = None,
    order_no: pa.Array | None = None,
    outcome: str = "跟进中",
) -> None:
    count = len(person)
    nothing = np.full(count, NEVER)
    company.chunk.record(
        "crm.activities",
        person,
        {
            "event_time": moment,
            "activity_type": kind,
            "order_no": order_no if order_no is not None else pa.nulls(count, pa.string()),
            "responded_at": responded if responded is not None else nothing,
            "amount": cents if cents is not None else nothing,
            "currency": pa.array([None if cents is None else "CNY"] * count, pa.string()),
            "region": take(words.REGIONS, company.chunk.people.region[person]),
            "outcome": outcome,
        },
        {
            "contact_id": "contact_id",
            "phone": ("phone", chance(company.rng, 0.3, count)),
            "email": ("email", company.has_mail[person] & chance(company.rng, 0.3, count)),
        },
    )


def _make_contracts(company: Company, asked: Enquiries, regulars: np.ndarray) -> Contracts:
    """Contracts within a week of the enquiry, and those of regular customers."""
    rng, chunk, calendar = company.rng, company.chunk, company.calendar
    rows = np.flatnonzero(asked.orders)
    signed = asked.moment[rows] + rng.integers(4, 7, len(rows)) * DAY
    signed = np.maximum(company.on_day_of(signed, WORK), chunk.notes["quoted"][rows] + HOUR)
    # A contract six days later in the evening may be past the week.
    signed = np.minimum(signed, asked.moment[rows] + 7 * DAY - HOUR)
    again = company.moments(12, calendar.days - 2, len(regulars), WORK, 0.1)
    person = np.concatenate([asked.person[rows], regulars])
    moment = np.concatenate([signed, again])
    count = len(person)
    item = np.concatenate([asked.item[rows], choose(rng, [5, 3, 4, 2, 3, 2], len(regulars))])
    price = words.ITEM_PRICES[item] * rng.integers(1, 6, count) * 100
    price[: len(rows)] = chunk.notes["price"][rows]
    order_no = numbered(chunk, "contracts", "HT", count, 41)
    _activity(company, "contract", person, moment, cents=price, order_no=order_no, outcome="已签约")
    shipped = company.on_day_of(moment + rng.integers(3, 9, count) * DAY, WORK)
    delivered = company.on_day_of(shipped + rng.integers(1, 5, count) * DAY, WORK)
    delivered = np.maximum(delivered, shipped + 4 * HOUR)
    return Contracts(
        person=person,
        moment=moment,
        item=item,
        order_no=order_no,
        shipped=shipped,
        delivered=delivered,
        is_delivered=delivered <= calendar.end,
        batch=np.zeros(count, np.int64),
        complains=np.zeros(count, bool),
    )


def _make_deliveries(company: Company, orders: Contracts, units: int, *, is_null: bool) -> None:
    """Which order got which batch and machine; what the machines report at the customers'."""
    rng, chunk, calendar, count = company.rng, company.chunk, company.calendar, len(orders.person)
    day = (orders.shipped - calendar.start) // DAY
    batch = np.maximum((day - 3) // BATCH_EVERY, 0)
    batch = np.maximum(batch - chance(rng, 0.25, count), 0)
    made = BAD * BATCH_EVERY + 2
    batch = np.where(
        batch == BAD, np.where(chance(rng, 0.5, count) | (day < made + 26), BAD - 1, BAD + 1), batch
    )
    may_be_bad = np.flatnonzero((day > made) & (day < made + 70))
    batch[exactly(rng, may_be_bad, _BAD_DELIVERIES * units)] = BAD
    last = (calendar.days - 2) // BATCH_EVERY - 1
    orders.batch = batch = np.minimum(batch, last)
    batch_no = ids("BT-", batch + 1, 3)
    orders.equipment = numbered(chunk, "equipment", "EQ", count, 51)
    region = take(words.REGIONS, chunk.people.region[orders.person])
    sent = np.flatnonzero(orders.shipped <= calendar.end)
    picked = pa.array(sent)
    chunk.record(
        "erp.shipments",
        orders.person[sent],
        {
            "shipment_id": numbered(chunk, "erp.shipments", "FH", len(sent), 31),
            "order_no": orders.order_no.take(picked),
            "carrier": take(["自有车队", "远航货运"], rng.integers(0, 2, len(sent))),
            "region": region.take(picked),
            "shipped_at": orders.shipped[sent],
            "promised_at": orders.moment[sent] + 14 * DAY,
            "delivered_at": calendar.before_end(orders.delivered[sent]),
            "status": take(["in_transit", "delivered"], orders.is_delivered[sent]),
        },
    )
    there = np.flatnonzero(orders.is_delivered)
    picked = pa.array(there)
    chunk.record(
        "production.deliveries",
        orders.person[there],
        {
            "batch_no": batch_no.take(picked),
            "order_no": orders.order_no.take(picked),
            "equipment_id": orders.equipment.take(picked),
            "delivered_at": orders.delivered[there],
        },
    )
    # Start, then maintenance and alarms now and then; machines report without a batch number.
    owner, step = expand(1 + rng.poisson(0.9, count))
    at = (
        orders.delivered[owner]
        + HOUR * 20
        + step * company.between(6 * 86_400, 30 * 86_400, len(owner))
    )
    keep = at < calendar.end - HOUR
    owner, step, at = owner[keep], step[keep], at[keep]
    kind = np.where(step == 0, 0, 1 + choose(rng, [4, 2, 2], len(owner)))
    _equipment_events(
        company,
        orders.person[owner],
        orders.equipment.take(pa.array(owner)),
        at,
        take(["start", "maintenance", "calibration", "alarm"], kind),
        take(["info", "info", "info", "warning"], kind),
    )


def _equipment_events(
    company: Company,
    person: np.ndarray,
    equipment: pa.Array,
    at: np.ndarray,
    name: pa.Array,
    severity: pa.Array,
    batch_no: pa.Array | None = None,
    line: pa.Array | None = None,
) -> None:
    count, none = len(person), pa.nulls(len(person), pa.string())
    company.chunk.record(
        "production.equipment_events",
        person,
        {
            "event_time": at,
            "equipment_id": equipment,
            "event_name": name,
            "batch_no": none if batch_no is None else batch_no,
            "line_id": none if line is None else line,
            "severity": severity,
            "reading": money(4_500 + company.rng.integers(0, 4_000, count)),
        },
    )


def _make_complaints(company: Company, orders: Contracts, units: int, *, is_null: bool) -> None:
    """Complaints some weeks after the delivery; questions of others."""
    rng, calendar = company.rng, company.calendar
    bad = np.flatnonzero(orders.batch == BAD)
    others = np.flatnonzero((orders.batch != BAD) & (orders.delivered < calendar.end - 25 * DAY))
    total = _BAD_COMPLAINTS + _OTHER_COMPLAINTS
    of_bad = 2 if is_null else _BAD_COMPLAINTS
    chosen = exactly(rng, bad, of_bad * units)
    chosen = np.concatenate([chosen, exactly(rng, others, (total - of_bad) * units)])
    orders.complains[chosen] = True
    is_bad = orders.batch[chosen] == BAD
    weeks = np.where(
        is_bad, 14 + 28 * rng.beta(2.5, 2, len(chosen)), 5 + 16 * rng.random(len(chosen))
    )
    opened = orders.delivered[chosen] + (weeks * DAY).astype(np.int64) // SECOND * SECOND
    opened = company.on_day_of(opened, WORK)
    # The machine fails first.
    failed = opened - company.between(3600, 2 * 86_400, len(chosen))
    _equipment_events(
        company,
        orders.person[chosen],
        orders.equipment.take(pa.array(chosen)),
        failed,
        take(["fault", "overheat"], chance(rng, 0.4, len(chosen))),
        take(["critical", "warning"], chance(rng, 0.4, len(chosen))),
    )
    may_ask = ~orders.complains & (orders.delivered < calendar.end - 14 * DAY)
    asks = np.flatnonzero(may_ask & chance(rng, 0.12, len(orders.person)))
    asked_at = orders.delivered[asks] + company.between(86_400, 12 * 86_400, len(asks))
    rows = np.concatenate([chosen, asks])
    is_complaint = np.arange(len(rows)) < len(chosen)
    company.tickets(
        orders.person[rows],
        np.concatenate([opened, company.on_day_of(asked_at, WORK)]),
        words.CATEGORIES,
        np.where(is_complaint, words.QUALITY, rng.integers(1, 4, len(rows))),
        is_complaint,
        take(words.REGIONS, company.chunk.people.region[orders.person[rows]]),
        orders.order_no.take(pa.array(rows)),
    )


def _make_shop(company: Company, person: np.ndarray) -> None:
    """Spare parts over the counter of the dealers' shops."""
    rng, chunk, calendar = company.rng, company.chunk, company.calendar
    count = len(person)
    moment = company.moments(3, calendar.days - 3, count, SHOP, 0.5)
    region = chunk.people.region[person]
    store = ids("D", region * 3 + person % 3 + 1, 2)
    came = np.flatnonzero(chance(rng, 0.6, count))
    chunk.record(
        "store.visits",
        person[came],
        {
            "event_time": moment[came] - company.between(300, 2400, len(came)),
            "store_id": store.take(pa.array(came)),
            "region": take(words.REGIONS, region[came]),
        },
        {"phone": "phone"},
    )
    part = choose(rng, [3, 3, 2, 2], count)
    quantity = rng.integers(1, 6, count)
    cents = np.array([price for *_, price in words.PARTS])[part] * quantity * 100
    receipt = numbered(chunk, "store.transactions", "R", count, 17)
    chunk.record(
        "store.transactions",
        person,
        {
            "event_time": moment,
            "receipt_no": receipt,
            "store_id": store,
            "amount": cents,
            "till_id": "T1",
            "currency": "CNY",
            "is_return": np.zeros(count, bool),
            "region": take(words.REGIONS, region),
        },
        {"phone": "phone"},
    )
    chunk.notes["shop"] = (person, moment)


def _make_surveys(
    company: Company, asked: Enquiries, orders: Contracts, *, is_null: bool
) -> dict[str, int]:
    """CSAT after the answer to the enquiry, the delivery and the shop; then the NPS."""
    rng, chunk, calendar = company.rng, company.chunk, company.calendar
    regions = take(words.REGIONS, chunk.people.region)
    company.survey(
        asked.person,
        asked.responded + HOUR,
        ("CSAT-ENQUIRY", "csat", "crm_enquiry"),
        np.where(asked.answers, company.stars(asked.is_satisfied), NEVER),
        words.ENQUIRY,
        regions.take(pa.array(asked.person)),
    )
    known = np.flatnonzero(orders.delivered < calendar.end - 3 * DAY)
    pleased = chance(rng, 0.8, len(known)) & ~orders.complains[known]
    company.survey(
        orders.person[known],
        orders.delivered[known] + 3 * HOUR,
        ("CSAT-DELIVERY", "csat", "erp_delivery"),
        np.where(chance(rng, 0.55, len(known)), company.stars(pleased), NEVER),
        words.DELIVERY,
        regions.take(pa.array(orders.person[known])),
        order_no=orders.order_no.take(pa.array(known)),
    )
    person, moment = chunk.notes["shop"]
    company.survey(
        person,
        moment + 2 * HOUR,
        ("CSAT-SHOP", "csat", "store_purchase"),
        np.where(
            chance(rng, 0.5, len(person)), company.stars(chance(rng, 0.75, len(person))), NEVER
        ),
        words.STORE,
        regions.take(pa.array(person)),
    )

    # Overall satisfaction, weeks after everything else: most of those whose enquiry went well.
    long_ago = company.day(calendar.days - 46)
    rows = np.flatnonzero(asked.answers & (asked.moment < long_ago))
    sent = company.moments(calendar.days - 40, calendar.days - 4, len(rows), WORK, 0.1)
    keep = exact(rng, sent, 10, 8)
    rows, sent = rows[keep], sent[keep]
    liked = np.zeros(chunk.people.count, bool)
    liked[orders.person[known[pleased]]] = True
    well = asked.is_satisfied[rows]
    is_high = np.zeros(len(rows), bool)
    for group, share in ((well, (5, 4)), (~well, (5, 1))):
        planted = (2, 1) if is_null else share
        leaning = 0.0 if is_null else 0.25 * liked[asked.person[rows[group]]]
        is_high[group] = exact(rng, sent[group], *planted, score=leaning + np.zeros(group.sum()))
    score = np.where(is_high, rng.integers(9, 11, len(rows)), rng.integers(2, 9, len(rows)))
    company.survey(
        asked.person[rows],
        sent,
        ("NPS-YEAR", "nps", None),
        score,
        words.OVERALL,
        regions.take(pa.array(asked.person[rows])),
    )
    others = np.setdiff1d(
        np.unique(orders.person[orders.moment < long_ago]), asked.person[asked.answers]
    )
    others = others[chance(rng, 0.5, len(others))]
    high = chance(rng, 0.5, len(others))
    score = np.where(high, rng.integers(9, 11, len(others)), rng.integers(2, 9, len(others)))
    company.survey(
        others,
        company.moments(calendar.days - 40, calendar.days - 4, len(others), WORK, 0.1),
        ("NPS-YEAR", "nps", None),
        np.where(chance(rng, 0.6, len(others)), score, NEVER),
        words.OVERALL,
        regions.take(pa.array(others)),
    )
    return {
        "scenario_1_nps_of_satisfied": int(well.sum()),
        "scenario_1_nps_high_of_satisfied": int((well & is_high).sum()),
        "scenario_1_nps_of_dissatisfied": int((~well).sum()),
        "scenario_1_nps_high_of_dissatisfied": int((~well & is_high).sum()),
    }


def _counts(asked: Enquiries, orders: Contracts) -> dict[str, int]:
    found: dict[str, int] = {}
    for arm, code in (("treated", words.TREATED), ("control", words.CONTROL)):
        for phase, is_it in (("before", ~asked.is_after), ("after", asked.is_after)):
            here = (asked.region == code) & is_it
            found |= {
                f"1_{arm}_{phase}_enquiries": int(here.sum()),
                f"1_{arm}_{phase}_orders": int((here & asked.orders).sum()),
                f"1_{arm}_{phase}_answers": int((here & asked.answers).sum()),
                f"1_{arm}_{phase}_satisfied": int((here & asked.is_satisfied).sum()),
            }
    bad, other = ((orders.batch == BAD) == is_it for is_it in (True, False))
    bad, other = bad & orders.is_delivered, other & orders.is_delivered
    found |= {
        "8_deliveries_of_batch": int(bad.sum()),
        "8_complaints_of_batch": int((bad & orders.complains).sum()),
        "8_deliveries_of_others": int(other.sum()),
        "8_complaints_of_others": int((other & orders.complains).sum()),
    }
    return {f"scenario_{measure}": value for measure, value in found.items()}


def _make_contacts(company: Company, known: np.ndarray, customers: np.ndarray) -> None:
    chunk, calendar = company.chunk, company.calendar
    region = take(words.REGIONS, chunk.people.region)
    created = calendar.start - company.between(3600, 700 * 86_400, len(known))
    company.contacts(known, created, region.take(pa.array(known)))
    chunk.record(
        "erp.members",
        customers,
        {
            "registered_at": calendar.start - company.between(3600, 600 * 86_400, len(customers)),
            "customer_tier": take(["普通", "重点", "战略"], chunk.people.tier[customers]),
            "region": region.take(pa.array(customers)),
        },
        {
            "member_no": "member_no",
            "phone": "phone",
            "email": ("email", company.has_mail[customers]),
        },
    )


def _make_catalogue(chunk: Chunk) -> None:
    items = [*words.ITEMS, *words.PARTS, words.MOTOR]
    chunk.record(
        "catalog.items",
        np.full(len(items), NOBODY),
        {
            "item_id": [code for code, *_ in items],
            "item_name": [name for _, name, *_ in items],
            "category": [category for _, _, category, _ in items],
            "price": np.array([price * 100 for *_, price in items]),
        },
    )


def _make_batches(company: Company, *, is_null: bool) -> int:
    """The batches and what their line reported; returns the anomalies of the bad one."""
    rng, chunk, calendar = company.rng, company.chunk, company.calendar
    count = (calendar.days - 2) // BATCH_EVERY
    batch = np.arange(count)
    produced = calendar.start + (batch * BATCH_EVERY + 2) * DAY + 10 * HOUR
    batch_no = ids("BT-", batch + 1, 3)
    line = take(["L1", "L2"], batch % 2)
    chunk.record(
        "production.batches",
        np.full(count, NOBODY),
        {
            "batch_no": batch_no,
            "produced_at": produced,
            "item_id": words.MOTOR[0],
            "line_id": line,
            "plant": "一厂",
            "quantity": rng.integers(120, 260, count),
        },
    )
    # Two days of routine, and anomalies: now and then one, in the bad batch many.
    routine, step = expand(np.full(count, 6))
    rare = np.flatnonzero(batch % 3 == 0)
    rare = rare[rare != BAD]
    if is_null:
        owner = np.concatenate([rare, np.arange(ANOMALIES) % count])
    else:
        owner = np.concatenate([rare, np.full(ANOMALIES, BAD)])
    kind = np.arange(len(owner)) % len(words.ANOMALIES)
    batch_of = np.concatenate([routine, owner])
    at = np.concatenate(
        [
            produced[routine] - (5 - step) * 7 * HOUR,
            produced[owner] - company.between(0, 40 * 3600, len(owner)),
        ]
    )
    picked = pa.array(batch_of)
    name = take([name for name, _ in words.ANOMALIES], kind)
    severity = take([severity for _, severity in words.ANOMALIES], kind)
    routine_name = take(words.ROUTINE, np.where(step == 0, 0, np.where(step == 5, 3, 1 + step % 2)))
    line_of = line.take(picked)
    _equipment_events(
        company,
        np.full(len(batch_of), NOBODY),
        join(line_of, "-M", text(batch_of % 4 + 1)),
        at,
        pa.concat_arrays([routine_name, name]),
        pa.concat_arrays([constant("info", len(routine)), severity]),
        batch_no.take(picked),
        line_of,
    )
    return int((owner == BAD).sum())
