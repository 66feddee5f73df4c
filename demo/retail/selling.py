"""Orders and receipts, and what goes with them: lines, shipments, reviews, searches, visits."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo.arrays import (
    DAY,
    HOUR,
    NEVER,
    SECOND,
    booleans,
    chance,
    choose,
    expand,
    first_of_each,
    ids,
    integers,
    money,
    nulls,
    only,
    take,
    times,
)
from demo.people import BAD_PHONES, PLACEHOLDER_PHONES
from demo.retail import vocabulary as words
from demo.retail.people import (
    FAVOURITE_BUYER,
    JD,
    NO_BUYER,
    SHOP_PHONES,
    STORE,
    TMALL,
    TRIAL_BUYER,
    People,
    opening_hours,
)
from demo.retail.shopping import (
    CANCELLED,
    CANCELLED_LATE,
    PART_REFUNDED,
    REFUNDED,
    UNPAID,
    Chunk,
    Purchases,
    campaign_of,
    popular_items,
)
from demo.retail.trial import REGIONS, home_of
from demo.rows import NOBODY, Rows
from demo.texts import pick_text, stars

MINUTE = 60 * SECOND
PLATFORM_NAMES = ["own_shop", "own_shop", "own_shop", "tmall", "jd"]
CURRENCIES = ["CNY", "USD", "HKD"]
RATES = np.array([1.0, 7.2, 0.92])  # yuan per unit, only to make plausible foreign amounts
STATUSES = ["completed", "shipped", "paid", "cancelled", "refunded", "unpaid"]
STORE_COUNT = 40


def _lines(
    chunk: Chunk, plan: Purchases, currency: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Lines: purchase, line number, item, quantity, amount in cents of the order's currency."""
    rng = chunk.rng
    purchase, position = expand(1 + choose(rng, [0.64, 0.25, 0.11], len(plan.person)))
    count = len(purchase)
    item = np.where(position == 0, plan.focus[purchase], popular_items(rng, count))
    quantity = 1 + choose(rng, [0.8, 0.15, 0.05], count)
    discount = np.where(campaign_of(chunk.calendar, plan.moment)[purchase] >= 0, 88, 100)
    cents = words.ITEM_PRICES[item] * quantity * discount // 100
    cents = np.maximum(1, np.rint(cents / RATES[currency[purchase]])).astype(np.int64)
    return purchase, position + 1, item, quantity, cents


def _total(purchase: np.ndarray, cents: np.ndarray, count: int) -> np.ndarray:
    return np.bincount(purchase, weights=cents, minlength=count).astype(np.int64)


def make_orders(chunk: Chunk, plan: Purchases) -> Purchases:
    """Online orders with lines, shipments and reviews; returns the orders for other modules."""
    rng, people, calendar = chunk.rng, chunk.people, chunk.calendar
    orders = plan.where(plan.channel != STORE)
    count = len(orders.person)
    person, ending = orders.person, orders.ending
    is_own = orders.channel < TMALL
    is_paid = orders.is_paid
    late_pay = orders.moment + rng.integers(20, 900, count) * SECOND
    paid = np.where(is_paid, np.where(orders.paid == NEVER, late_pay, orders.paid), NEVER)
    shipped = np.where(
        is_paid & (ending != CANCELLED_LATE),
        paid + rng.integers(4 * 3600, 40 * 3600, count) * SECOND,
        NEVER,
    )
    is_slow = chance(rng, 0.12, count)
    travel = (
        np.where(is_slow, rng.integers(6 * 24, 11 * 24, count), rng.integers(20, 5 * 24, count))
        * HOUR
    )
    travel += rng.integers(0, 3600, count) * SECOND
    delivered = np.where(shipped == NEVER, NEVER, shipped + travel)
    received = np.where(
        delivered == NEVER, NEVER, delivered + rng.integers(600, 90_000, count) * SECOND
    )
    cancelled = np.where(
        ending == CANCELLED, orders.moment + rng.integers(600, 86_400, count) * SECOND, NEVER
    )
    cancelled = np.where(
        ending == CANCELLED_LATE, paid + rng.integers(600, 14_400, count) * SECOND, cancelled
    )
    is_refund = (ending == REFUNDED) | (ending == PART_REFUNDED)
    refunded = np.where(is_refund, received + rng.integers(3600, 7 * 86_400, count) * SECOND, NEVER)
    refunded = np.where(
        ending == CANCELLED_LATE, cancelled + rng.integers(60, 86_400, count) * SECOND, refunded
    )
    shipped, delivered, received, cancelled, refunded = (
        calendar.before_end(values)
        for values in (shipped, delivered, received, cancelled, refunded)
    )
    # What would happen after the period has not been seen yet: its time is empty.
    status = np.select(
        [
            ending == UNPAID,
            cancelled != NEVER,
            refunded != NEVER,
            received != NEVER,
            shipped != NEVER,
        ],
        [5, 3, 4, 0, 1],
        2,
    )
    currency = np.where(is_own & chance(rng, 0.01, count), rng.integers(1, 3, count), 0)
    purchase, line, item, quantity, cents = _lines(chunk, orders, currency)
    amount = _total(purchase, cents, count)
    refund = np.where(ending == PART_REFUNDED, amount * 3 // 10, amount)

    platform = take(PLATFORM_NAMES, orders.channel)
    order_no = orders.order_no
    is_member = people.is_member[person]
    first_own = is_own & first_of_each(person * 2 + ~is_own, orders.moment)
    shows_member = is_member & is_own & (first_own | chance(rng, 0.9, count))
    first_here = first_of_each(person * 6 + orders.channel, orders.moment)
    by_phone = people.buyer_by_phone[person]
    shows_phone = np.where(
        is_own, chance(rng, 0.85, count), by_phone & (first_here | chance(rng, 0.7, count))
    )
    has_own = np.asarray(pc.is_valid(people.ids["own_phone"]))[person]
    shows_phone &= has_own | is_own
    phone = take(people.ids["phone"], np.where(shows_phone, person, -1))
    # A bad phone only where the member number stands beside it.
    spoilt = shows_member & chance(rng, 0.006, count)
    phone = pc.if_else(
        pa.array(spoilt), take(BAD_PHONES, rng.integers(0, len(BAD_PHONES), count)), phone
    )
    shows_email = people.has["email"][person] & is_own & shows_member & chance(rng, 0.5, count)
    buyer = pc.if_else(
        pa.array(is_own),
        take(people.ids["own_shop"], person),
        pc.if_else(
            pa.array(orders.channel == TMALL),
            take(people.ids["tmall"], person),
            take(people.ids["jd"], person),
        ),
    )
    region = take(people.ids["region"], person)
    chunk.add(
        Rows(
            "ecommerce.orders",
            {
                "order_no": order_no,
                "created_at": times(orders.moment),
                "amount": money(amount),
                "platform": platform,
                "buyer_id": buyer,
                "phone": phone,
                "email": take(people.ids["email"], np.where(shows_email, person, -1)),
                "member_no": take(people.ids["member_no"], np.where(shows_member, person, -1)),
                "paid_at": times(paid),
                "shipped_at": times(shipped),
                "received_at": times(received),
                "cancelled_at": times(cancelled),
                "refunded_at": times(refunded),
                "status": take(STATUSES, status),
                "currency": take(CURRENCIES, currency),
                "refund_amount": money(refund, refunded != NEVER),
                "region": region,
            },
            person,
        )
    )
    chunk.plant("ecommerce.orders", "bad_phones", spoilt)
    people.saw("own_shop", person[is_own])
    people.saw("tmall", person[orders.channel == TMALL])
    people.saw("jd", person[orders.channel == JD])
    people.saw("member_no", person[shows_member])
    people.saw("own_phone", person[shows_phone & ~spoilt])
    people.saw("email", person[shows_email])

    chunk.add(
        Rows(
            "ecommerce.order_items",
            {
                "order_no": order_no.take(pa.array(purchase)),
                "line_no": integers(line),
                "item_id": take(words.ITEM_ID_POOL, item),
                "quantity": integers(quantity),
                "amount": money(cents),
                "platform": platform.take(pa.array(purchase)),
            },
            person[purchase],
        )
    )
    chunk.notes["item_times"] = orders.moment[purchase]

    _make_shipments(chunk, orders, platform, region, shipped, delivered, cancelled)
    _make_reviews(chunk, orders, platform, buyer, received, is_slow)
    chunk.notes["orders"] = {
        "person": person,
        "order_no": order_no,
        "delivered": delivered,
        "received": received,
        "paid": paid,
        "is_own": is_own,
        "is_slow": is_slow,
        "counts": is_paid & (ending != CANCELLED_LATE),
    }
    return orders


def _make_shipments(
    chunk: Chunk,
    orders: Purchases,
    platform: pa.Array,
    region: pa.Array,
    shipped: np.ndarray,
    delivered: np.ndarray,
    cancelled: np.ndarray,
) -> None:
    rows = np.flatnonzero((shipped != NEVER) & (cancelled == NEVER))
    carrier = take(["顺丰", "中通", "圆通", "京东物流", "邮政EMS"], rows * 7 % 5)
    chunk.add(
        Rows(
            "erp.shipments",
            {
                "shipment_id": ids("S", chunk.serials("shipments", len(rows))),
                "order_no": orders.order_no.take(pa.array(rows)),
                "platform": platform.take(pa.array(rows)),
                "carrier": carrier,
                "region": region.take(pa.array(rows)),
                "shipped_at": times(shipped[rows]),
                "promised_at": times(shipped[rows] + 4 * DAY),
                "delivered_at": times(delivered[rows]),
                "status": take(["delivered", "in_transit"], delivered[rows] == NEVER),
            },
            orders.person[rows],
        )
    )


def _make_reviews(
    chunk: Chunk,
    orders: Purchases,
    platform: pa.Array,
    buyer: pa.Array,
    received: np.ndarray,
    is_slow: np.ndarray,
) -> None:
    rng = chunk.rng
    moment = received + rng.integers(3600, 9 * 86_400, len(received)) * SECOND
    rows = np.flatnonzero(
        (received != NEVER) & (moment < chunk.calendar.end) & chance(rng, 0.33, len(received))
    )
    rating = stars(rng, is_slow[rows])
    count = len(rows)
    comment = pick_text([pa.array(pool) for pool in words.REVIEWS], rating - 1, rng)
    shows_buyer = chance(rng, 0.9, count)
    picked = pa.array(rows)
    chunk.add(
        Rows(
            "ecommerce.reviews",
            {
                "review_id": ids("V", chunk.serials("reviews", count)),
                "event_time": times(moment[rows]),
                "rating": integers(rating),
                "platform": platform.take(picked),
                "order_no": orders.order_no.take(picked),
                "buyer_id": only(buyer.take(picked), shows_buyer),
                "item_id": take(words.ITEM_ID_POOL, orders.focus[rows]),
                "review_text": only(comment, chance(rng, 0.8, count)),
            },
            np.where(shows_buyer, orders.person[rows], NOBODY),
        )
    )


def make_searches(chunk: Chunk, orders: Purchases) -> None:
    """Searches on the marketplaces and the own shop, before orders and on other days."""
    rng, people = chunk.rng, chunk.people
    near = np.flatnonzero(chance(rng, 0.75, len(orders.person)) & (orders.channel >= TMALL))
    own = np.flatnonzero(chance(rng, 0.15, len(orders.person)) & (orders.channel < TMALL))
    near = np.concatenate([near, own])
    near_at = orders.moment[near] - rng.integers(60, 5400, len(near)) * SECOND
    code = np.where(orders.channel[near] < TMALL, 0, orders.channel[near])
    loose_person = orders.person[near][chance(rng, 0.8, len(near))]
    loose_at = chunk.calendar.draw(rng, len(loose_person))
    loose_code = np.where(people.has["tmall"][loose_person], TMALL, JD)
    owns = people.has["tmall"][loose_person] | people.has["jd"][loose_person]

    person = np.concatenate([orders.person[near], loose_person[owns]])
    moment = np.concatenate([near_at, loose_at[owns]])
    code = np.concatenate([code, loose_code[owns]])
    item = np.concatenate([orders.focus[near], popular_items(rng, int(owns.sum()))])
    keep = people.may_act(person, moment) & (moment > chunk.calendar.start)
    person, moment, code, item = person[keep], moment[keep], code[keep], item[keep]
    count = len(person)
    results = np.where(chance(rng, 0.05, count), 0, rng.integers(3, 500, count))
    buyer = pc.if_else(
        pa.array(code == TMALL),
        take(people.ids["tmall"], person),
        pc.if_else(
            pa.array(code == JD),
            take(people.ids["jd"], person),
            take(people.ids["own_shop"], person),
        ),
    )
    clicked = (results > 0) & chance(rng, 0.7, count)
    chunk.add(
        Rows(
            "ecommerce.searches",
            {
                "search_id": ids("F", chunk.serials("searches", count)),
                "event_time": times(moment),
                "buyer_id": buyer,
                "search_term": take(words.ITEM_TERM_POOL, item),
                "platform": take(PLATFORM_NAMES, code),
                "result_count": integers(results),
                "clicked_item_id": take(words.ITEM_ID_POOL, np.where(clicked, item, -1)),
            },
            person,
        )
    )


def make_stores(chunk: Chunk, plan: Purchases) -> None:
    """Shop visits, receipts with and without a known customer, returns, and the receipts' lines."""
    rng, people, calendar = chunk.rng, chunk.people, chunk.calendar
    known = plan.where(plan.channel == STORE)
    count = len(known.person)
    cash = int(count * 0.45) + 2
    returns = np.flatnonzero(chance(rng, 0.05, count))
    returns = returns[people.part[known.person[returns]] != TRIAL_BUYER]
    return_at = known.moment[returns] + rng.integers(1, 20 * 24, len(returns)) * HOUR
    returns = returns[return_at < calendar.end]
    return_at = return_at[return_at < calendar.end]
    return_at = opening_hours(calendar, return_at, np.ones(len(return_at), bool))
    return_at = np.maximum(return_at, known.moment[returns] + 600 * SECOND)
    cash_at = calendar.draw(rng, cash)
    cash_at = opening_hours(calendar, cash_at, np.ones(cash, bool))

    person = np.concatenate([known.person, known.person[returns], np.full(cash, NOBODY)])
    moment = np.concatenate([known.moment, return_at, cash_at])
    total = len(person)
    is_return = np.zeros(total, bool)
    is_return[count : count + len(returns)] = True
    receipts = Purchases(
        person=person,
        moment=moment,
        channel=np.full(total, STORE),
        ending=np.zeros(total, np.int64),
        is_first=np.zeros(total, bool),
        focus=np.concatenate([known.focus, known.focus[returns], popular_items(rng, cash)]),
        number=np.concatenate([known.number, chunk.serials("orders", len(returns) + cash)]),
        paid=moment,
    )
    home = np.where(
        person >= 0, (person * 17 + people.base) % STORE_COUNT, rng.integers(0, STORE_COUNT, total)
    )
    home = np.where(chance(rng, 0.15, total), rng.integers(0, STORE_COUNT, total), home)
    if people.trial is not None:
        home = _homes_by_region(rng, people, person, home)
    home[count : count + len(returns)] = home[:count][returns]
    store = ids("S", home + 1, 2)
    region = take([name for name, _ in words.REGIONS], home % len(words.REGIONS))
    till = only(ids("T", 1 + home * 3 % 3 + receipts.number % 2), chance(rng, 0.95, total))
    currency = np.where(chance(rng, 0.004, total), 2, 0)
    purchase, line, item, quantity, cents = _lines(chunk, receipts, currency)
    amount = _total(purchase, cents, total)
    sign = np.where(
        is_return & chance(rng, 0.5, total), -1, 1
    )  # some tills print returns as negative

    # Who the till knows: the member number, the phone or both. Cash: nothing, or any phone.
    is_known = person >= 0
    member = is_known & people.is_member[person]
    phone = take(
        people.ids["phone"], np.where(is_known & (~member | chance(rng, 0.5, total)), person, -1)
    )
    kind = choose(rng, [0.91, 0.02, 0.06, 0.01], total)
    odd = np.where(member, kind, 0)
    cash_kind = choose(rng, [0.94, 0.04, 0, 0.02], total)
    odd = np.where(is_known, odd, cash_kind)
    shop_phones = SHOP_PHONES if people.count > 5_000 else SHOP_PHONES[:2]
    pools = [pa.array(PLACEHOLDER_PHONES), pa.array(shop_phones), pa.array(BAD_PHONES)]
    strange = pick_text(pools, np.maximum(odd - 1, 0), rng)
    phone = pc.if_else(pa.array(odd > 0), strange, phone)
    running = campaign_of(calendar, moment)
    order_no = receipts.order_no
    chunk.add(
        Rows(
            "store.transactions",
            {
                "receipt_no": order_no,
                "store_id": store,
                "event_time": times(moment),
                "amount": money(amount * sign),
                "till_id": till,
                "member_no": take(people.ids["member_no"], np.where(member, person, -1)),
                "phone": phone,
                "currency": take(CURRENCIES, currency),
                "is_return": booleans(is_return),
                "campaign": take(
                    words.CAMPAIGN_CODES, np.where(chance(rng, 0.4, total), running, -1)
                ),
                "region": region,
            },
            person,
        )
    )
    chunk.plant("store.transactions", "bad_phones", odd == 3)
    chunk.plant("store.transactions", "placeholder_phones", odd == 1)
    chunk.plant("store.transactions", "shop_phones", odd == 2)
    people.saw("member_no", person[member])
    people.saw("own_phone", person[is_known & ~member])
    picked = pa.array(purchase)
    chunk.add(
        Rows(
            "store.transaction_items",
            {
                "receipt_no": order_no.take(picked),
                "store_id": store.take(picked),
                "line_no": integers(line),
                "item_id": take(words.ITEM_ID_POOL, item),
                "quantity": integers(quantity),
                "amount": money(cents),
                "till_id": till.take(picked),
            },
            person[purchase],
        )
    )
    chunk.notes["receipt_item_times"] = moment[purchase]
    in_trial = people.part[known.person] == TRIAL_BUYER  # their answers are planned
    asked_at = np.where(in_trial, NEVER, known.moment)
    chunk.notes["receipts"] = {"person": known.person, "moment": asked_at, "home": home[:count]}
    if people.trial is not None:
        _note_receipts_as_orders(chunk, known)
    shop_receipts = np.asarray(pc.is_in(phone, pa.array(SHOP_PHONES))) & member
    chunk.notes["shop_phones"] = (phone.filter(pa.array(shop_receipts)), person[shop_receipts])
    _make_visits(chunk, known, home[:count])


def _homes_by_region(
    rng: np.random.Generator, people: People, person: np.ndarray, home: np.ndarray
) -> np.ndarray:
    """Shops of the trial's regions for its customers only, and for few who pay in cash."""
    in_region = home % len(words.REGIONS) < len(REGIONS)
    home = np.where(in_region, home + len(REGIONS), home)
    part = np.where(person >= 0, people.part[person], NO_BUYER)
    homes = np.zeros(people.count, np.int64)
    homes[people.trial.person] = home_of(people.trial)
    home = np.where(part == TRIAL_BUYER, homes[person], home)
    cash = np.flatnonzero((person < 0) & chance(rng, 0.1, len(person)))
    home[cash] = homes[people.trial.person[rng.integers(0, len(people.trial.person), len(cash))]]
    return home


def _note_receipts_as_orders(chunk: Chunk, known: Purchases) -> None:
    """Beside a trial, who bought in a shop complains as often as who ordered."""
    orders, count = chunk.notes["orders"], len(known.person)
    more = {
        "person": known.person,
        "delivered": np.full(count, NEVER),
        "received": known.moment + 10 * MINUTE,
        "paid": np.full(count, NEVER),
        "is_own": np.zeros(count, bool),
        "is_slow": chance(chunk.rng, 0.12, count),
        "counts": np.zeros(count, bool),
    }
    for name, values in more.items():
        orders[name] = np.concatenate([orders[name], values])
    orders["order_no"] = pa.concat_arrays([orders["order_no"], nulls(count)])


def _make_visits(chunk: Chunk, known: Purchases, home: np.ndarray) -> None:
    rng, people, calendar = chunk.rng, chunk.people, chunk.calendar
    planted_first = (people.part[known.person] == FAVOURITE_BUYER) & known.is_first
    came = np.flatnonzero(chance(rng, 0.85, len(known.person)) & ~planted_first)
    came_at = known.moment[came] - rng.integers(3 * 60, 45 * 60, len(came)) * SECOND
    owners = np.flatnonzero(people.has["store"])
    looker = np.repeat(owners, rng.poisson(0.5, len(owners)))
    looked_at = calendar.draw(rng, len(looker))
    keep = people.may_act(looker, looked_at)
    looker, looked_at = looker[keep], looked_at[keep]
    unknown = int(len(came) * 0.5) + 2
    person = np.concatenate([known.person[came], looker, np.full(unknown, NOBODY)])
    others_at = np.concatenate([looked_at, calendar.draw(rng, unknown)])
    others_at = opening_hours(calendar, others_at, np.ones(len(others_at), bool))
    moment = np.concatenate([came_at, others_at])
    total = len(person)
    place = np.concatenate([home[came], rng.integers(0, STORE_COUNT, total - len(came))])
    is_known = person >= 0
    member = is_known & people.is_member[person]
    shows_phone = is_known & (~member | chance(rng, 0.2, total))
    chunk.add(
        Rows(
            "store.visits",
            {
                "visit_id": ids("B", chunk.serials("visits", total)),
                "store_id": ids("S", place + 1, 2),
                "event_time": times(moment),
                "member_no": take(people.ids["member_no"], np.where(member, person, -1)),
                "phone": take(people.ids["phone"], np.where(shows_phone, person, -1)),
                "region": take([name for name, _ in words.REGIONS], place % len(words.REGIONS)),
            },
            person,
        )
    )
    people.saw("member_no", person[member])
    people.saw("own_phone", person[shows_phone])
