"""What people buy, and their visits to website, app and mini-program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
    first_of_each,
    ids,
    integers,
    join,
    nulls,
    only,
    spread,
    take,
    text,
    times,
)
from demo.chunk import Chunk
from demo.retail import vocabulary as words
from demo.retail.people import (
    APP,
    ARTICLE_BUYER,
    FAVOURITE_BUYER,
    JD,
    MEMBER,
    MINI,
    NO_BUYER,
    PHONE_ONLY,
    SHOPPER,
    STORE,
    TMALL,
    TRIAL_BUYER,
    WEB,
    People,
    opening_hours,
)
from demo.rows import Rows

# How an order ends.
COMPLETED, CANCELLED_LATE, REFUNDED, PART_REFUNDED, UNPAID, CANCELLED = range(6)

MINUTE = 60 * SECOND


@dataclass
class Purchases:
    """Orders and shop purchases, one per position."""

    person: np.ndarray
    moment: np.ndarray  # planned; for own-shop orders later replaced by the moment of the event
    channel: np.ndarray
    ending: np.ndarray
    is_first: np.ndarray
    focus: np.ndarray
    number: np.ndarray
    paid: np.ndarray

    @property
    def is_paid(self) -> np.ndarray:
        """Whether money came in, even if it went back."""
        return self.ending <= PART_REFUNDED

    def where(self, keep: np.ndarray) -> Purchases:
        """Those purchases only."""
        return Purchases(**{name: values[keep] for name, values in vars(self).items()})

    @property
    def order_no(self) -> pa.Array:
        """The order number, unique over all platforms and chunks."""
        prefix = take(["Q", "Q", "Q", "T", "J", "R"], self.channel)
        return join(prefix, text(spread(self.number, 10, 1_234_567), 10))


def popular_items(rng: np.random.Generator, count: int) -> np.ndarray:
    """Items, some far more popular than others."""
    position = (words.ITEM_COUNT * rng.random(count) ** 2).astype(np.int64)
    return position * 101 % words.ITEM_COUNT  # 101 is coprime with the number of items


def plan_purchases(chunk: Chunk) -> Purchases:
    """First purchases of the buyers, later ones, and orders that come to nothing."""
    rng, people, calendar = chunk.rng, chunk.people, chunk.calendar
    buyers = np.flatnonzero(people.part != NO_BUYER)
    again = np.repeat(buyers, rng.poisson(0.75, len(buyers)))
    again = again[people.part[again] != TRIAL_BUYER]
    moment = (
        people.first_purchase[again]
        + DAY
        + (rng.exponential(70, len(again)) * DAY).astype(np.int64)
    )
    moment = calendar.at_hour(rng, moment // SECOND * SECOND)
    kind, part = people.kind[again], people.part[again]
    channel = choose(rng, [0.21, 0.21, 0, 0.14, 0.08, 0.36], len(again))
    channel = np.where((part == ARTICLE_BUYER) & chance(rng, 0.35, len(again)), MINI, channel)
    if people.is_null:
        channel = np.where(chance(rng, 0.2, len(again)), MINI, channel)
    channel = np.where(kind == SHOPPER, np.where(people.has["jd"][again], JD, TMALL), channel)
    channel = np.where(kind == PHONE_ONLY, STORE, channel)
    moment = opening_hours(calendar, moment, channel == STORE)
    ending = choose(rng, [0.88, 0.05, 0.04, 0.03], len(again))
    ending[channel == STORE] = COMPLETED

    members = np.flatnonzero(people.kind == MEMBER)
    failing = members[chance(rng, 0.14, len(members))]
    failed_at = calendar.draw(rng, len(failing))
    is_planted = people.is_planted[failing]
    failed_at = np.where(
        is_planted,
        people.first_purchase[failing] + DAY + rng.integers(1, 100 * 24, len(failing)) * HOUR,
        failed_at,
    )
    failed_channel = choose(rng, [0.45, 0.45], len(failing))
    part = people.part[failing]
    may_use_mini = (part == NO_BUYER) | (part == ARTICLE_BUYER) | people.is_null
    failed_channel = np.where(may_use_mini & chance(rng, 0.4, len(failing)), MINI, failed_channel)
    failed_ending = choose(rng, [0, 0, 0, 0, 0.55, 0.45], len(failing))

    first_ending = choose(rng, [0.93, 0, 0.04, 0.03], len(buyers))
    first_channel = people.first_channel[buyers]
    first_ending[first_channel == STORE] = COMPLETED
    planned, planned_at = _planned_returns(people)
    person = np.concatenate([buyers, again, failing, planned])
    moment = np.concatenate([people.first_purchase[buyers], moment, failed_at, planned_at])
    in_shop = np.full(len(planned), STORE)
    plan = Purchases(
        person=person,
        moment=moment,
        channel=np.concatenate([first_channel, channel, failed_channel, in_shop]),
        ending=np.concatenate([first_ending, ending, failed_ending, in_shop * 0 + COMPLETED]),
        is_first=np.arange(len(person)) < len(buyers),
        focus=popular_items(rng, len(person)),
        number=np.zeros(len(person), np.int64),
        paid=np.full(len(person), NEVER),
    )
    plan = plan.where(
        (plan.moment <= calendar.end - 6 * HOUR) & (plan.moment >= calendar.start + 6 * HOUR)
    )
    plan.number = chunk.serials("orders", len(plan.person))
    for name, code in (
        ("web", WEB),
        ("app", APP),
        ("mini", MINI),
        ("tmall", TMALL),
        ("jd", JD),
        ("store", STORE),
    ):
        people.has[name][plan.person[plan.channel == code]] = True
    return plan


def _planned_returns(people: People) -> tuple[np.ndarray, np.ndarray]:
    """Who of the trial comes back, and when."""
    if people.trial is None:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    back = people.trial.comes_back
    return people.trial.person[back], people.trial.again_at[back]


@dataclass
class Visits:
    """Visits to one digital channel, one per position."""

    person: np.ndarray
    start: np.ndarray
    template: np.ndarray
    focus: np.ndarray
    purchase: np.ndarray  # position of the purchase made in the visit, else -1

    def where(self, keep: np.ndarray) -> Visits:
        """Those visits only."""
        return Visits(**{name: values[keep] for name, values in vars(self).items()})


# Templates: (weight among unplanned visits, events). The last four are for orders and carts only.
_WEB = [
    (16, "page_view"),
    (16, "page_view item_view item_view page_view"),
    (14, "page_view search item_view"),
    (9, "page_view search item_view favourite"),
    (7, "page_view item_view consult"),
    (5, "page_view video_play share"),
    (4, "page_view page_view comment"),
    (4, "page_view download"),
    (4, "page_view form_submit"),
    (6, "page_view coupon_receive item_view"),
    (4, "page_view item_view add_to_cart"),
    (4, "page_view search search item_view item_view item_view"),
    (2, "page_view after_sales_apply"),
    (3, "page_view review_submit"),
    (3, "page_view search item_view favourite add_to_cart"),
    (0, "page_view search item_view add_to_cart order_submit order_pay"),
    (0, "page_view item_view add_to_cart order_submit order_pay"),
    (0, "page_view search item_view add_to_cart order_submit"),
]
_APP = [
    (18, "app_open screen_view"),
    (15, "app_open screen_view item_view item_view"),
    (12, "app_open search item_view"),
    (8, "app_open search item_view favourite"),
    (6, "app_open item_view consult"),
    (12, "app_open check_in screen_view"),
    (7, "push_open app_open item_view"),
    (5, "push_open push_click item_view"),
    (5, "app_open coupon_receive item_view"),
    (4, "app_open item_view share"),
    (4, "app_open screen_view review_submit"),
    (2, "app_open after_sales_apply"),
    (3, "app_open item_view add_to_cart"),
    (3, "app_open search item_view favourite add_to_cart"),
    (0, "app_open search item_view add_to_cart order_submit order_pay"),
    (0, "app_open item_view add_to_cart order_submit order_pay"),
    (0, "app_open search item_view add_to_cart order_submit"),
]
_MINI = [
    (20, "launch page_view"),
    (16, "launch page_view item_view"),
    (12, "launch search item_view"),
    (8, "launch search item_view favourite"),
    (6, "launch item_view consult"),
    (6, "launch coupon_receive item_view"),
    (5, "launch item_view share"),
    (2, "launch after_sales_apply"),
    (5, "launch item_view add_to_cart"),
    (3, "launch search item_view favourite add_to_cart"),
    (0, "launch search item_view add_to_cart order_submit order_pay"),
    (0, "launch item_view add_to_cart order_submit order_pay"),
    (0, "launch search item_view add_to_cart order_submit"),
]


class Channel:
    """The templates of one channel as arrays."""

    def __init__(self, templates: list[tuple[int, str]]) -> None:
        """Turn event names into positions."""
        lists = [line.split() for _, line in templates]
        self.events = sorted({name for line in lists for name in line})
        self.codes = {name: position for position, name in enumerate(self.events)}
        self.pool = pa.array(self.events)
        self.weights = [weight for weight, _ in templates]
        self.lengths = np.array([len(line) for line in lists])
        self.matrix = np.full((len(lists), self.lengths.max()), -1)
        for row, line in enumerate(lists):
            self.matrix[row, : len(line)] = [self.codes[name] for name in line]
        self.last = len(lists) - 1

    def code(self, name: str) -> int:
        """The position of an event, or one that never occurs."""
        return self.codes.get(name, -9)


CHANNELS = {"web": Channel(_WEB), "app": Channel(_APP), "mini": Channel(_MINI)}


@dataclass
class Events:
    """The events of the visits to one channel."""

    visit: np.ndarray
    person: np.ndarray
    moment: np.ndarray
    code: np.ndarray
    position: np.ndarray
    view: np.ndarray  # the item looked at
    purchase: np.ndarray


def _plan_visits(
    chunk: Chunk, channel: Channel, name: str, rate: float, code: int, plan: Purchases
) -> Visits:
    """Unplanned visits, visits that end in an order, and a look around some days before."""
    rng, people, calendar = chunk.rng, chunk.people, chunk.calendar
    owners = np.flatnonzero(people.has[name])
    anonymous = people.kind[owners] != MEMBER
    repeats = 1 + rng.poisson(np.where(anonymous, rate * 0.5, rate))
    person = np.repeat(owners, repeats)
    start = calendar.draw(rng, len(person))
    template = choose(rng, channel.weights, len(person))
    keep = people.may_act(person, start)
    person, start, template = person[keep], start[keep], template[keep]

    orders = np.flatnonzero(plan.channel == code)
    is_open = plan.ending[orders] >= UNPAID
    short = chance(rng, 0.4, len(orders))
    order_template = np.where(
        is_open, channel.last, np.where(short, channel.last - 1, channel.last - 2)
    )

    looked = orders[chance(rng, 0.6, len(orders))]
    looked_at = plan.moment[looked] - rng.integers(2 * 3600, 5 * 86400, len(looked)) * SECOND
    keep = (looked_at > calendar.start) & people.may_act(plan.person[looked], looked_at)
    looked, looked_at = looked[keep], looked_at[keep]

    return Visits(
        person=np.concatenate([person, plan.person[orders], plan.person[looked]]),
        start=np.concatenate([start, plan.moment[orders], looked_at]),
        template=np.concatenate([template, order_template, np.full(len(looked), channel.last - 3)]),
        focus=np.concatenate(
            [popular_items(rng, len(person)), plan.focus[orders], plan.focus[looked]]
        ),
        purchase=np.concatenate([np.full(len(person), -1), orders, np.full(len(looked), -1)]),
    )


def _play(chunk: Chunk, channel: Channel, visits: Visits) -> Events:
    """Play the visits: events with pauses between them, some longer than half an hour."""
    rng = chunk.rng
    visit, position = expand(channel.lengths[visits.template])
    code = channel.matrix[visits.template[visit], position]
    gap = 4 + rng.exponential(50, len(visit)).astype(np.int64)
    is_long = chance(rng, 0.012, len(visit)) & (visits.purchase[visit] < 0)
    gap[is_long] += rng.integers(31 * 60, 80 * 60, is_long.sum())
    gap[position == 0] = 0
    total = np.cumsum(gap)
    first = np.flatnonzero(position == 0)
    since = total - total[first][visit]
    moment = visits.start[visit] + since * SECOND
    views = (code == channel.code("item_view")).astype(np.int64)
    seen_before = np.cumsum(views) - views
    seen_before -= seen_before[first][visit]
    view = (visits.focus[visit] + np.where(views == 1, seen_before, 0)) % words.ITEM_COUNT
    keep = moment <= chunk.calendar.end
    return Events(
        visit[keep],
        visits.person[visit][keep],
        moment[keep],
        code[keep],
        position[keep],
        view[keep],
        visits.purchase[visit][keep],
    )


def _take_order_times(channel: Channel, events: Events, plan: Purchases) -> None:
    """The order's own times are those of the events that made it."""
    submitted = events.code == channel.code("order_submit")
    plan.moment[events.purchase[submitted]] = events.moment[submitted]
    paid = events.code == channel.code("order_pay")
    plan.paid[events.purchase[paid]] = events.moment[paid]


def _order_numbers(channel: Channel, events: Events, plan: Purchases) -> pa.Array:
    carries = (events.code == channel.code("order_submit")) | (
        events.code == channel.code("order_pay")
    )
    return take(plan.order_no, np.where(carries, events.purchase, -1))


def _search_columns(chunk: Chunk, channel: Channel, events: Events) -> dict[str, pa.Array]:
    rng, count = chunk.rng, len(events.code)
    is_search = events.code == channel.code("search")
    results = np.where(chance(rng, 0.04, count), 0, rng.integers(1, 40, count))
    clicked = is_search & (results > 0) & chance(rng, 0.85, count)
    shows = np.isin(
        events.code,
        [
            channel.code(name)
            for name in ("item_view", "favourite", "add_to_cart", "share", "review_submit")
        ],
    )
    return {
        "search_term": take(words.ITEM_TERM_POOL, np.where(is_search, events.view, -1)),
        "result_count": integers(results, is_search),
        "clicked_item_id": take(words.ITEM_ID_POOL, np.where(clicked, events.view, -1)),
        "item_id": take(words.ITEM_ID_POOL, np.where(shows, events.view, -1)),
    }


def make_website(chunk: Chunk, plan: Purchases) -> None:
    """Website events; a member's every cookie is linked by a login or a registration."""
    rng, people, channel = chunk.rng, chunk.people, CHANNELS["web"]
    visits = _plan_visits(chunk, channel, "web", 1.7, WEB, plan)
    count = len(visits.person)
    member = people.is_member[visits.person]
    slot = (member & chance(rng, 0.25, count)).astype(np.int64)  # second cookie: another browser
    link = member & first_of_each(visits.person * 2 + slot, visits.start)
    logged_in = (member & chance(rng, 0.4, count)) | (visits.purchase >= 0)
    events = _play(chunk, channel, visits)
    _take_order_times(channel, events, plan)

    # One row per event, and a login three seconds after the start of the visits that link a cookie.
    links = np.flatnonzero(link)
    visit = np.concatenate([events.visit, links])
    person = visits.person[visit]
    moment = np.concatenate([events.moment, visits.start[links] + 3 * SECOND])
    rows, extra = len(visit), len(links)
    is_event = np.arange(rows) < len(events.visit)
    name = pa.concat_arrays(
        [
            channel.pool.take(pa.array(events.code)),
            take(["login", "register"], choose(rng, [0.75, 0.25], extra)),
        ]
    )
    searched = {
        key: pa.concat_arrays([values, nulls(extra, values.type)])
        for key, values in _search_columns(chunk, channel, events).items()
    }
    position = np.concatenate([events.position, np.ones(extra, np.int64)])
    is_landing = position == 0

    entrance = choose(rng, [weight for *_, weight in words.ENTRANCES], count)[visit]
    referrer, source, medium = (
        take([line[column] for line in words.ENTRANCES], np.where(is_landing, entrance, -1))
        for column in range(3)
    )
    running = campaign_of(chunk.calendar, moment)
    campaign = only(take(words.CAMPAIGN_CODES, running), np.asarray(pc.is_valid(medium)))
    number = people.base * 2 + visit
    ip = join(
        "10.", text(number * 7 % 251), ".", text(number * 13 % 241), ".", text(number * 29 % 239)
    )
    term_page = np.asarray(pc.is_valid(searched["search_term"]))
    item_page = np.asarray(pc.is_valid(searched["item_id"]))
    page = pc.if_else(
        pa.array(item_page),
        join("/p/", pc.fill_null(searched["item_id"], "")),
        pc.if_else(
            pa.array(term_page),
            join("/s?q=", pc.fill_null(searched["search_term"], "")),
            take(["/", "/new", "/sale", "/member"], visit * 3 % 4),
        ),
    )
    shows_member = logged_in[visit] | ~is_event
    gives_phone = (~is_event & chance(rng, 0.5, rows)) | (
        shows_member
        & np.concatenate([events.code == channel.code("form_submit"), np.zeros(extra, bool)])
    )
    order_no = pa.concat_arrays([_order_numbers(channel, events, plan), nulls(extra)])
    in_slot = slot[visit] == 1
    chunk.add(
        Rows(
            "website.events",
            {
                "event_id": ids("w", chunk.serials("web", rows)),
                "event_time": times(moment),
                "visitor_id": pc.if_else(
                    pa.array(in_slot),
                    take(people.ids["cookie_1"], person),
                    take(people.ids["cookie_0"], person),
                ),
                "event_name": name,
                "member_no": take(people.ids["member_no"], np.where(shows_member, person, -1)),
                "phone": take(people.ids["phone"], np.where(gives_phone, person, -1)),
                "email": take(
                    people.ids["email"],
                    np.where(gives_phone & people.has["email"][person], person, -1),
                ),
                "page_url": page,
                "referrer_url": referrer,
                "utm_source": source,
                "utm_medium": medium,
                "utm_campaign": campaign,
                **searched,
                "order_no": order_no,
                "user_agent": take(
                    words.USER_AGENTS, (person * 5 + slot[visit]) % len(words.USER_AGENTS)
                ),
                "ip": ip,
            },
            person,
        )
    )
    people.saw("cookie_0", person[~in_slot])
    people.saw("cookie_1", person[in_slot])
    people.saw("member_no", person[shows_member])
    people.saw("own_phone", person[gives_phone])
    people.saw("email", person[gives_phone & people.has["email"][person]])
    ends = visits.where(chance(rng, 0.06, count) & logged_in & (visits.purchase < 0))
    chunk.notes["website_visits"] = (ends.person, ends.start + 40 * MINUTE)


def make_app(chunk: Chunk, plan: Purchases) -> None:
    """App events; a member's device is linked by a login."""
    rng, people, channel = chunk.rng, chunk.people, CHANNELS["app"]
    visits = _plan_visits(chunk, channel, "app", 2.6, APP, plan)
    count = len(visits.person)
    member = people.is_member[visits.person]
    link = member & first_of_each(visits.person, visits.start)
    logged_in = (member & chance(rng, 0.6, count)) | (visits.purchase >= 0)
    logged_in |= people.shared_device[visits.person] >= 0  # on a couple's tablet each signs in
    events = _play(chunk, channel, visits)
    _take_order_times(channel, events, plan)

    links = np.flatnonzero(link)
    visit = np.concatenate([events.visit, links])
    person = visits.person[visit]
    moment = np.concatenate([events.moment, visits.start[links] + 3 * SECOND])
    rows, extra = len(visit), len(links)
    is_event = np.arange(rows) < len(events.visit)
    shows_member = logged_in[visit] | ~is_event
    name = pa.concat_arrays(
        [
            channel.pool.take(pa.array(events.code)),
            take(["login", "register"], choose(rng, [0.8, 0.2], extra)),
        ]
    )
    searched = {
        key: pa.concat_arrays([values, nulls(extra, values.type)])
        for key, values in _search_columns(chunk, channel, events).items()
    }
    by_push = np.isin(events.code, [channel.code("push_open"), channel.code("push_click")])
    push = pa.concat_arrays([only(ids("push", events.visit % 40), by_push), nulls(extra)])
    gives_phone = ~is_event & chance(rng, 0.5, rows)
    chunk.add(
        Rows(
            "app.events",
            {
                "event_id": ids("a", chunk.serials("app", rows)),
                "event_time": times(moment),
                "device_id": take(people.ids["device_id"], person),
                "event_name": name,
                "member_no": take(people.ids["member_no"], np.where(shows_member, person, -1)),
                "phone": take(people.ids["phone"], np.where(gives_phone, person, -1)),
                **searched,
                "push_id": push,
                "order_no": pa.concat_arrays([_order_numbers(channel, events, plan), nulls(extra)]),
                "os": take(["iOS", "Android", "HarmonyOS"], person * 7 % 3),
                "app_version": take(
                    ["5.8.0", "5.9.2", "6.0.1"],
                    np.clip(
                        (moment - chunk.calendar.start) * 3 // (chunk.calendar.days * DAY), 0, 2
                    ),
                ),
            },
            person,
        )
    )
    people.saw("device_id", person[people.shared_device[person] < 0])
    people.saw("member_no", person[shows_member])
    people.saw("own_phone", person[gives_phone])
    ends = visits.where(chance(rng, 0.05, count) & logged_in & (visits.purchase < 0))
    chunk.notes["app_visits"] = (ends.person, ends.start + 40 * MINUTE)


def make_mini_program(chunk: Chunk, plan: Purchases) -> None:
    """Mini-program events; members with an own phone authorise it, the others are linked by CRM."""
    rng, people, channel = chunk.rng, chunk.people, CHANNELS["mini"]
    visits = _plan_visits(chunk, channel, "mini", 1.2, MINI, plan)
    events = _play(chunk, channel, visits)
    _take_order_times(channel, events, plan)
    first = first_of_each(visits.person, visits.start)
    has_own = np.asarray(pc.is_valid(people.ids["own_phone"]))
    links = np.flatnonzero(first & people.is_member[visits.person] & has_own[visits.person])

    # Scenario 10: the consultation, with nothing around it; the phone is given in it.
    favourites = np.flatnonzero(people.part == FAVOURITE_BUYER)
    consult_at = (
        people.first_purchase[favourites]
        - rng.integers(86400, 10 * 86400, len(favourites)) * SECOND
    )
    consult_at = np.minimum(
        chunk.calendar.at_hour(rng, consult_at), people.first_purchase[favourites] - 2 * HOUR
    )
    chunk.notes["consult_at"] = consult_at

    visit = np.concatenate([events.visit, links])
    person = np.concatenate([events.person, visits.person[links], favourites])
    moment = np.concatenate([events.moment, visits.start[links] + 2 * SECOND, consult_at])
    rows, extra = len(person), len(links) + len(favourites)
    is_event = np.arange(rows) < len(events.visit)
    name = pa.concat_arrays(
        [
            channel.pool.take(pa.array(events.code)),
            constant("authorise_phone", len(links)),
            constant("consult", len(favourites)),
        ]
    )
    searched = {
        key: pa.concat_arrays([values, nulls(extra, values.type)])
        for key, values in _search_columns(chunk, channel, events).items()
    }
    gives_phone = ~is_event
    shows_union = gives_phone | chance(rng, 0.8, rows)
    shows_union |= np.concatenate(
        [(first[events.visit] & (events.position == 0)), np.ones(extra, bool)]
    )
    item_page = np.asarray(pc.is_valid(searched["item_id"]))
    scene = np.concatenate([visit * 7 % 5, np.zeros(len(favourites), np.int64)])
    chunk.add(
        Rows(
            "mini_program.events",
            {
                "event_id": ids("m", chunk.serials("mini", rows)),
                "event_time": times(moment),
                "openid": take(people.ids["openid_mini"], person),
                "event_name": name,
                "unionid": take(people.ids["unionid"], np.where(shows_union, person, -1)),
                "phone": take(people.ids["phone"], np.where(gives_phone, person, -1)),
                "page_path": pc.if_else(
                    pa.array(item_page),
                    "pages/item",
                    take(["pages/home", "pages/cart", "pages/me"], scene % 3),
                ),
                "scene": take(["1001", "1007", "1035", "1047", "1089"], scene),
                "search_term": searched["search_term"],
                "item_id": searched["item_id"],
                "order_no": pa.concat_arrays([_order_numbers(channel, events, plan), nulls(extra)]),
            },
            person,
        )
    )
    people.saw("openid_mini", person)
    people.saw("unionid", person[shows_union])
    people.saw("own_phone", person[gives_phone])


def campaign_days(calendar: Calendar) -> np.ndarray:
    """The campaign of each day of the period, or -1."""
    by_day = np.full(calendar.days, -1)
    for position, (low, high) in enumerate(words.CAMPAIGN_DAYS):
        by_day[(calendar.season_day >= low) & (calendar.season_day <= high)] = position
    return by_day


def campaign_of(calendar: Calendar, moments: np.ndarray) -> np.ndarray:
    """The campaign that runs at each moment, or -1."""
    day = np.clip((moments - calendar.start) // DAY, 0, calendar.days - 1)
    return campaign_days(calendar)[day]
