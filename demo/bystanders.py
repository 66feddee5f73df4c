"""Records of nobody's that every company has: robots, staff who try things out; and registers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demo.arrays import DAY, HOUR, SECOND, expand, ids, join, money, spread, take, text
from demo.chunk import Chunk
from demo.people import STAFF_PHONES
from demo.rows import BOT, NOBODY, STAFF
from demo.words import BOT_AGENTS, USER_AGENTS


def make_bots(chunk: Chunk, pages: list[str]) -> None:
    """Robots that crawl the website; they say so in their user agent."""
    rng = chunk.rng
    crawls = max(3, chunk.people.count // 300)
    crawl, position = expand(rng.integers(4, 25, crawls))
    start = np.minimum(chunk.calendar.draw(rng, crawls), chunk.calendar.end - HOUR)
    serial = spread(chunk.serials("bots", crawls), 9, 5)
    chunk.record(
        "website.events",
        np.full(len(crawl), NOBODY),
        {
            "event_time": start[crawl] + position * 2 * SECOND,
            "visitor_id": ids("cb", serial, 9).take(pa.array(crawl)),
            "event_name": "page_view",
            "page_url": take(pages, position % len(pages)),
            "user_agent": take(BOT_AGENTS, crawl % len(BOT_AGENTS)),
            "ip": join("66.249.", text(crawl % 200), ".", text(position % 250)),
        },
        link=False,
        scope=BOT,
    )


def make_staff(chunk: Chunk, *, has_hotline: bool = True) -> None:
    """Staff who try things out; each of their records carries a staff phone."""
    rng = chunk.rng
    tests = max(5, chunk.people.count // 250)
    who = np.arange(tests) % len(STAFF_PHONES)
    start = np.minimum(chunk.calendar.draw(rng, tests), chunk.calendar.end - HOUR)
    nobody, phone = np.full(tests, NOBODY), take(STAFF_PHONES, who)
    for delay, name in enumerate(["page_view", "consult"]):
        columns = {
            "event_time": start + delay * 20 * SECOND,
            "visitor_id": ids("cstaff", who + 1),
            "event_name": name,
            "page_url": "/new",
            "phone": phone,
            "user_agent": USER_AGENTS[3],
            "ip": "10.0.0.8",
        }
        chunk.record("website.events", nobody, columns, link=False, scope=STAFF)
    if has_hotline:
        columns = {
            "called_at": start,
            "answered_at": start + 5 * SECOND,
            "ended_at": start + 50 * SECOND,
            "queue": "咨询",
            "call_text": "线路测试",
            "phone": phone,
        }
        chunk.record("hotline.calls", nobody, columns, link=False, scope=STAFF)


def make_advertising(chunk: Chunk, accounts: list[tuple[str, str, str, float]]) -> None:
    """Daily costs: account, channel, campaign and yuan a day; for the first chunk only."""
    rng, calendar = chunk.rng, chunk.calendar
    day = np.repeat(np.arange(calendar.days), len(accounts))
    account = np.tile(np.arange(len(accounts)), calendar.days)
    level = np.array([line[3] for line in accounts])[account]
    cents = np.rint(level * 100 * (0.6 + 0.8 * rng.random(len(day)))).astype(np.int64)
    shown = (cents * (2 + rng.random(len(day))) / 10).astype(np.int64)
    chunk.record(
        "ads.daily_spend",
        np.full(len(day), NOBODY),
        {
            "spend_date": pa.array(calendar.first_day + day),
            "channel_code": take([line[1] for line in accounts], account),
            "cost": money(cents),
            "account": take([line[0] for line in accounts], account),
            "campaign": take([line[2] for line in accounts], account),
            "impressions": shown,
            "clicks": shown * rng.integers(8, 30, len(day)) // 1000,
            "currency": "CNY",
        },
        link=False,
    )


def make_actions(chunk: Chunk, actions: list[dict[str, object]]) -> None:
    """The optimisation actions; ``starts_on`` and ``ends_on`` are moments; the first chunk's."""

    def dates(name: str) -> pa.Array:
        found = [action.get(name) for action in actions]
        return pa.array([None if at is None else local_date(at) for at in found], pa.date32())

    names = [name for name in actions[0] if name not in ("starts_on", "ends_on")]
    columns = {name: pa.array([action.get(name) for action in actions]) for name in names}
    columns |= {"starts_on": dates("starts_on"), "ends_on": dates("ends_on")}
    nobody = np.full(len(actions), NOBODY)
    chunk.record("operations.actions", nobody, columns, link=False)


def local_date(moment: int) -> object:
    """The day of a moment in the business time zone."""
    day = (int(moment) + 8 * HOUR) // DAY
    return (np.datetime64("1970-01-01") + np.timedelta64(day, "D")).item()
