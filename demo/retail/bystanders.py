"""Records that are not customers' own: robots, staff, and tablets that many customers use."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demo.arrays import (
    HOUR,
    SECOND,
    chance,
    choose,
    constant,
    expand,
    ids,
    join,
    money,
    spread,
    take,
    text,
    times,
)
from demo.people import STAFF_PHONES
from demo.retail import vocabulary as words
from demo.retail.shopping import Chunk, popular_items
from demo.rows import BOT, NOBODY, STAFF, Rows


def make_bots(chunk: Chunk) -> None:
    """Robots that crawl the website; they say so in their user agent."""
    rng = chunk.rng
    crawls = max(3, chunk.people.count // 300)
    crawl, position = expand(rng.integers(4, 25, crawls))
    count = len(crawl)
    start = np.minimum(chunk.calendar.draw(rng, crawls), chunk.calendar.end - HOUR)
    item = popular_items(rng, count)
    serial = chunk.serials("bots", crawls)
    chunk.add(
        Rows(
            "website.events",
            {
                "event_id": ids("w", chunk.serials("web", count)),
                "event_time": times(start[crawl] + position * 2 * SECOND),
                "visitor_id": ids("cb", spread(serial, 9, 5), 9).take(pa.array(crawl)),
                "event_name": take(["page_view", "item_view"], position % 3 != 0),
                "page_url": join("/p/", take(words.ITEM_ID_POOL, item)),
                "item_id": take(words.ITEM_ID_POOL, np.where(position % 3 != 0, item, -1)),
                "user_agent": take(words.BOT_AGENTS, crawl % len(words.BOT_AGENTS)),
                "ip": join("66.249.", text(crawl % 200), ".", text(position % 250)),
            },
            np.full(count, NOBODY),
            np.full(count, BOT, np.int8),
        )
    )


def make_staff(chunk: Chunk) -> None:
    """Staff who try things out; each of their records carries a staff phone."""
    rng = chunk.rng
    tests = max(5, chunk.people.count // 250)
    who = np.arange(tests) % len(STAFF_PHONES)
    start = np.minimum(chunk.calendar.draw(rng, tests), chunk.calendar.end - HOUR)
    common = {"phone": take(STAFF_PHONES, who)}

    def add(table: str, columns: dict[str, pa.Array], rows: np.ndarray) -> None:
        picked = pa.array(rows)
        every = {name: values.take(picked) for name, values in (columns | common).items()}
        chunk.add(
            Rows(table, every, np.full(len(rows), NOBODY), np.full(len(rows), STAFF, np.int8))
        )

    for delay, name in enumerate(["page_view", "item_view", "add_to_cart"]):
        add(
            "website.events",
            {
                "event_id": ids("w", chunk.serials("web", tests)),
                "event_time": times(start + delay * 20 * SECOND),
                "visitor_id": ids("cstaff", who + 1),
                "event_name": constant(name, tests),
                "page_url": constant("/new", tests),
                "user_agent": constant(words.USER_AGENTS[3], tests),
                "ip": constant("10.0.0.8", tests),
            },
            np.arange(tests),
        )
    some = np.flatnonzero(np.arange(tests) % 2 == 0)
    add(
        "app.events",
        {
            "event_id": ids("a", chunk.serials("app", tests)),
            "event_time": times(start + 600 * SECOND),
            "device_id": ids("dstaff", who + 1),
            "event_name": constant("app_open", tests),
            "os": constant("Android", tests),
            "app_version": constant("6.1.0-beta", tests),
        },
        some,
    )
    add(
        "mini_program.events",
        {
            "event_id": ids("m", chunk.serials("mini", tests)),
            "event_time": times(start + 900 * SECOND),
            "openid": ids("mpstaff", who + 1),
            "event_name": constant("launch", tests),
            "page_path": constant("pages/home", tests),
        },
        some,
    )
    few = np.flatnonzero(np.arange(tests) % 5 == 0)
    add(
        "hotline.calls",
        {
            "call_id": ids("h", chunk.serials("calls", tests)),
            "called_at": times(start),
            "answered_at": times(start + 5 * SECOND),
            "ended_at": times(start + 50 * SECOND),
            "queue": constant("咨询", tests),
            "call_text": constant("线路测试", tests),
        },
        few,
    )
    number = chunk.serials("orders", tests)
    add(
        "ecommerce.orders",
        {
            "order_no": ids("Q", spread(number, 10, 1_234_567), 10),
            "created_at": times(start + 60 * SECOND),
            "amount": money(np.full(tests, 1)),
            "platform": constant("own_shop", tests),
            "buyer_id": ids("qhstaff", who + 1),
            "paid_at": times(start + 90 * SECOND),
            "status": constant("paid", tests),
            "currency": constant("CNY", tests),
        },
        few,
    )


def make_tablets(chunk: Chunk) -> None:
    """Tablets in the shops: one cookie or device, dozens to hundreds of members."""
    rng, people = chunk.rng, chunk.people
    fit = np.flatnonzero(people.is_member & ~people.is_planted)
    tablets = max(3, people.count // 2500)
    largest = max(12, min(240, len(fit) // 4))
    found = []
    for tablet in range(tablets):
        kind = tablet % 3
        size = int(rng.integers(max(10, largest // 4), largest + 1))
        person = np.sort(rng.permutation(fit)[:size])
        name = f"{['cpad', 'dpad', 'spad'][kind]}{chunk.number:03d}{tablet:03d}"
        moment = chunk.calendar.draw(rng, size)
        moment = np.minimum(
            chunk.calendar.start
            + (moment - chunk.calendar.start) // (24 * HOUR) * 24 * HOUR
            + rng.integers(10 * 3600, 21 * 3600, size) * SECOND,
            chunk.calendar.end - HOUR,
        )
        member = take(people.ids["member_no"], person)
        if kind == 2:
            chunk.add(
                Rows(
                    "store.visits",
                    {
                        "visit_id": ids("B", chunk.serials("visits", size)),
                        "store_id": constant(f"S{tablet % 40 + 1:02d}", size),
                        "event_time": times(moment),
                        "member_no": member,
                        "device_id": constant(name, size),
                        "region": constant(words.REGIONS[tablet % len(words.REGIONS)][0], size),
                    },
                    person,
                )
            )
        else:
            _tablet_events(chunk, kind, name, person, moment, rng)
        found.append(
            {
                "type": "visitor_id" if kind == 0 else "device_id",
                "value": name,
                "kind": "shop_tablet",
                "people": person,
            }
        )
        people.saw("member_no", person)
    chunk.notes["tablets"] = found


def _tablet_events(
    chunk: Chunk,
    kind: int,
    name: str,
    person: np.ndarray,
    moment: np.ndarray,
    rng: np.random.Generator,
) -> None:
    owner, position = expand(2 + choose(rng, [0.5, 0.5], len(person)))
    nameless = (position == 2) & chance(rng, 0.5, len(owner))  # the visit went on after signing out
    count = len(owner)
    who = person[owner]
    item = popular_items(rng, count)
    columns = {
        "event_time": times(moment[owner] + position * 35 * SECOND),
        "event_name": take(["login", "item_view", "item_view"], position),
        "member_no": take(chunk.people.ids["member_no"], np.where(nameless, -1, who)),
        "item_id": take(words.ITEM_ID_POOL, np.where(position > 0, item, -1)),
    }
    if kind == 0:
        columns |= {
            "event_id": ids("w", chunk.serials("web", count)),
            "visitor_id": constant(name, count),
            "page_url": constant("/kiosk", count),
            "user_agent": constant("Mozilla/5.0 (iPad) Safari/604.1", count),
        }
        table = "website.events"
    else:
        columns |= {
            "event_id": ids("a", chunk.serials("app", count)),
            "device_id": constant(name, count),
            "os": constant("iPadOS", count),
            "app_version": constant("6.0.1", count),
        }
        table = "app.events"
    chunk.add(Rows(table, columns, np.where(nameless, NOBODY, who)))
