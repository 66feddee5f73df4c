"""A raw root of invented records that lean on every edge: limits, windows, ties, unlike spellings of nothing.

Grain: one CSV per table. The same seed gives the same files; `shuffled` gives the same records in another order.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from oracles.definitions import PROFILES, contracts, identifier_rules, seed

START = datetime(2025, 3, 1, 8, 0)
# Seconds between two interactions of one profile: much at the session's edge, some ties.
GAPS = (0, 0.001, 1, 60, 700, 1799.999, 1800, 1800, 1800, 1800.001, 1801, 3600, 86400)
# Hours around the windows of funnels and look-backs.
LEAPS = (0, 0.1, 1, 5, 24, 71, 168, 240, 720)
BLOCKED = {
    "phone": ("13800138000", "4008001234", "13911111111", "95588"),
    "member_no": ("guest", "0000", "散客"),
    "email": ("test@test.com", "info@shop.demo", "a**@b.demo"),
    "openid": ("none", "测试"),
    "buyer_id": ("匿名用户", "t***8"),
    "visitor_id": ("0.0", "unknown"),
    "device_id": ("00000000-0000", "9774d56d682e549c"),
}
EVENTS = {
    "website.events": [
        "page_view",
        "search",
        "item_view",
        "favourite",
        "add_to_cart",
        "order_submit",
        "order_pay",
        "register",
        "login",
        "consult",
        "share",
        "after_sales_apply",
        "odd_event",
    ],
    "app.events": [
        "app_open",
        "search",
        "item_view",
        "add_to_cart",
        "order_submit",
        "order_pay",
        "consult",
        "register",
        "push_click",
    ],
    "mini_program.events": [
        "launch",
        "search",
        "item_view",
        "add_to_cart",
        "order_submit",
        "order_pay",
        "consult",
        "register",
        "coupon_receive",
    ],
    "wechat_oa.interactions": ["article_read", "follow", "message", "menu_click"],
    "social.engagements": [
        "view",
        "like",
        "favourite",
        "live_watch",
        "direct_message",
        "link_click",
    ],
}
NAMES = {"wechat_oa.interactions": "interaction_type", "social.engagements": "engagement_type"}
KEYS = {"wechat_oa.interactions": "interaction_id", "social.engagements": "engagement_id"}


class Root:
    """Rows by table, with numbers that are unique over the root."""

    def __init__(self, number: int) -> None:
        self.rng = np.random.default_rng(number)
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.count = 0
        # rows of which nobody asks to be forgotten
        self.kept: set[int] = set()

    def number(self, prefix: str) -> str:
        """A number nobody else has."""
        self.count += 1
        return f"{prefix}{self.count}"

    def pick(self, options: Any) -> Any:
        """One of some things."""
        return options[int(self.rng.integers(len(options)))]

    def chance(self, share: float) -> bool:
        """True with that probability."""
        return bool(self.rng.random() < share)

    def moment(self, days: float = 90) -> datetime:
        """Some time after the start, to the second."""
        return START + timedelta(seconds=int(self.rng.integers(int(days * 86400))))

    def phone(self) -> str:
        """A mainland mobile nobody else has."""
        self.count += 1
        return f"15{200000000 + self.count * 7}"

    def value(self, kind: str) -> str:
        """An identifier of a type that nobody else has."""
        if kind == "phone":
            return self.phone()
        return self.number(kind[0]) + ("@post.demo" if kind == "email" else "")

    def add(self, table: str, **values: Any) -> dict[str, Any]:
        """A record; needed columns that are not given are filled in."""
        row: dict[str, Any] = {}
        contract = contracts()[table]
        for column in contract.need:
            kind = contract.kinds[column]
            if column in EVENT_COLUMNS:
                events = (EVENTS | MACHINE_EVENTS).get(table, EVENT_COLUMNS[column])
                row[column] = self.pick(events)
            elif kind == "timestamp":
                row[column] = self.moment()
            elif kind == "amount":
                row[column] = "10.00"
            elif kind == "number":
                row[column] = "4"
            elif column == "platform":
                row[column] = "weibo"
            elif column in identifier_rules():
                row[column] = self.value(column)
            else:
                row[column] = self.number(column[0])
        row |= {key: value for key, value in values.items() if value is not None}
        self.rows[table].append(row)
        return row


EVENT_COLUMNS: dict[str, list[str]] = {
    "event_name": ["page_view"],
    "interaction_type": ["follow"],
    "engagement_type": ["view"],
    "activity_type": ["enquiry", "call", "visit"],
    "medium": ["sms", "email", "app_push", "coupon_mail", "pigeon"],
    "survey_type": ["csat", "nps", "ces"],
    "sender": ["customer", "agent", "bot"],
}
# systems whose records nobody logs in with
MACHINE_EVENTS = {
    "logistics.tracking_events": [
        *("picked_up", "揽收", "in_transit", "运输中", "arrived_hub", "out_for_delivery"),
        *("signed", "签收", "延误", "returned", "teleported"),
    ],
    "production.equipment_events": ["fault", "报警", "overheat", "保养", "stop", "sings"],
}


def carriers(*kinds: str) -> list[str]:
    """Tables that can carry all of some identifier types."""
    return [table for table in PROFILES if all(kind in contracts()[table].kinds for kind in kinds)]


def add_pair(root: Root, one: tuple[str, str], other: tuple[str, str]) -> None:
    """A record that carries two identifiers (and one of its system's own, if it needs one)."""
    table = min(
        carriers(one[0], other[0]),
        key=lambda t: sum(
            c in identifier_rules() for c in contracts()[t].need if c not in (one[0], other[0])
        ),
    )
    root.add(table, **dict([one, other]))


def add_chains(root: Root) -> None:
    """Long chains of identifiers, each a person of its own."""
    for kinds, length in (
        (("phone", "email"), 401),
        (("openid", "phone"), 330),
        (("phone", "buyer_id"), 60),
    ):
        chain = [(kinds[place % 2], root.value(kinds[place % 2])) for place in range(length)]
        for one, other in pairwise(chain):
            add_pair(root, one, other)


def add_identity_graphs(root: Root) -> None:
    """Stars at and above every limit, cliques, weak identifiers, blocked values, equal numbers elsewhere."""
    for row in seed("identifier_sharing_limits"):
        kind, partner, limit = (
            str(row["identifier_type"]),
            str(row["partner_type"]),
            int(str(row["partner_limit"])),
        )
        if carriers(kind, partner):
            for size in (limit, limit + 1):
                hub = (kind, root.value(kind))
                for _ in range(size):
                    add_pair(root, hub, (partner, root.value(partner)))
    for _ in range(20):  # cliques: one record with many, others with some of them
        kinds = (
            "member_no",
            "phone",
            "email",
            "unionid",
            "openid",
            "buyer_id",
            "device_id",
            "contact_id",
        )
        values = {kind: root.value(kind) for kind in kinds}
        root.add("crm.contacts", platform="tmall", **values)
        for kind in kinds[:5]:
            root.add("service.tickets", **{kind: values[kind]})
    for table, weak in (("website.events", "visitor_id"), ("app.events", "device_id")):
        for strong in (
            [],
            [0],
            [0, 0],
            [0, 1],
            [0, 1, 0, 1],
            [0, 1, 2],
        ):  # persons seen on one weak identifier
            phones = {number: root.phone() for number in strong}
            for number in phones:
                root.add("erp.members", phone=phones[number])
            weak_value = root.value(weak)
            for number in [*strong, None]:
                root.add(
                    table,
                    **{weak: weak_value},
                    phone=phones.get(number) if number is not None else None,
                )
        other = root.value(weak)  # two phones of one person: one component
        member, two = root.value("member_no"), [root.phone(), root.phone()]
        for phone in two:
            root.add("erp.shipments")
            root.add("service.tickets", member_no=member, phone=phone)
            root.add(table, **{weak: other}, phone=phone)
    for platform in (
        "tmall",
        "天猫",
        "jd",
        "pdd",
        "vip",
        "web",
        None,
        "own_shop",
        "no_such_shop",
        "other_shop",
    ):
        root.add("ecommerce.searches", platform=platform, buyer_id="same1")
        root.add("ecommerce.orders", platform=platform, buyer_id="same1", phone=root.phone())
    for platform in ("facebook", "twitter", "weibo", "微博", "douyin", "no_such_net"):
        root.add("social.engagements", platform=platform, platform_user_id="same1")
        root.add(
            "social.engagements", platform=platform, platform_user_id="same1", phone=root.phone()
        )


def add_identity_soup(root: Root, clusters: int = 150) -> None:
    """Small crowds whose identifiers meet at random, with values of other crowds and blocked ones among them."""
    kinds = [k for k in identifier_rules() if any(k in contracts()[t].kinds for t in PROFILES)]
    pools = []
    for _ in range(clusters):
        most = root.pick([1, 1, 2, 3])
        pools.append(
            {
                kind: [root.value(kind) for _ in range(int(root.rng.integers(1, most + 1)))]
                for kind in kinds
            }
        )
    for number, pool in enumerate(pools):
        for _ in range(int(root.rng.integers(3, 12))):
            table = root.pick(list(PROFILES))
            values = {}
            for kind in kinds:
                if kind not in contracts()[table].kinds:
                    continue
                if kind in contracts()[table].need or root.chance(0.45):
                    source = pools[number - 1] if root.chance(0.03) else pool
                    values[kind] = root.pick(source[kind])
                    if kind in BLOCKED and root.chance(0.06):
                        values[kind] = root.pick(BLOCKED[kind])
            if "platform" in contracts()[table].kinds and table != "community.posts":
                social = ["weibo", "douyin", "facebook"]
                values["platform"] = root.pick(
                    social if table.startswith("social") else ["tmall", "jd", "pdd"]
                )
            root.add(table, **values)


def add_event(root: Root, table: str, at: datetime, **values: Any) -> dict[str, Any]:
    """An event of a table that is one interaction per record."""
    return root.add(table, event_time=at, **values)


def add_streams(root: Root, profiles: int = 240) -> None:
    """Profiles that act in bursts at the session's edges and log in as themselves, somebody else or nobody."""
    for _ in range(profiles):
        table = root.pick(list(EVENTS))
        own = PROFILES[table]
        assert own is not None
        values: dict[str, Any] = {own: root.value(own)}
        if table == "social.engagements":
            values["platform"] = root.pick(["weibo", "douyin"])
        logins: dict[str, list[str | None]] = {}
        for kind in ("member_no", "phone"):
            if kind in contracts()[table].kinds and root.chance(0.6):
                known = [root.value(kind) for _ in range(root.pick([1, 2, 3]))]
                logins[kind] = [
                    None,
                    None,
                    *known,
                    *(BLOCKED[kind][:1] if root.chance(0.5) else ()),
                ]
        at = root.moment(20)
        for _ in range(int(root.rng.integers(4, 26))):
            at += timedelta(seconds=root.pick(GAPS))
            row = add_event(
                root, table, at, **values, **{k: root.pick(v) for k, v in logins.items()}
            )
            if table == "website.events" and root.chance(0.1):
                row["utm_campaign"] = root.pick(["spring", "summer"])
    # the last login counts, not the profile's first: A, nobody, B, nobody, A inside one visit
    for table in ("website.events", "app.events"):
        own = str(PROFILES[table])
        for pattern in ("A.B.A", ".A.A.B", "AB", "AxA", "AxB", "A|B", "x.A", ".x."):
            people = {"A": root.value("member_no"), "B": root.value("member_no"), "x": "guest"}
            value, at = root.value(own), root.moment(20)
            for letter in pattern:
                at += timedelta(hours=1 if letter == "|" else 0, minutes=5)
                add_event(root, table, at, **{own: value}, member_no=people.get(letter))
            for letter in "A|B":  # elsewhere both are seen, so that the profile is a shared one
                at += timedelta(hours=5)
                add_event(root, table, at, **{own: value}, member_no=people.get(letter))


def add_journeys(root: Root, persons: int = 420) -> None:
    """Members who look, ask, order and return on several channels, with times at the windows' edges."""
    for _ in range(persons):
        member = root.value("member_no")
        phone = root.phone()
        root.add(
            "erp.members",
            member_no=member,
            phone=phone,
            registered_at=root.moment() if root.chance(0.5) else None,
        )
        local = {own: root.value(own) for own in ("visitor_id", "device_id", "openid", "buyer_id")}
        at = root.moment(40)
        for _ in range(int(root.rng.integers(3, 14))):
            at += timedelta(hours=root.pick(LEAPS)) + timedelta(
                milliseconds=root.pick([0, 0, 0, 1])
            )
            dice = root.rng.random()
            if dice < 0.35:
                add_event(
                    root, "website.events", at, visitor_id=local["visitor_id"], member_no=member
                )
            elif dice < 0.5:
                add_event(root, "app.events", at, device_id=local["device_id"], member_no=member)
            elif dice < 0.6:
                add_event(root, "mini_program.events", at, openid=local["openid"], phone=phone)
            elif dice < 0.65:
                add_event(
                    root,
                    "social.engagements",
                    at,
                    phone=phone,
                    platform=root.pick(["douyin", "xhs"]),
                )
            elif dice < 0.7:
                root.add("store.visits", event_time=at, member_no=member)
            elif dice < 0.78:
                opened = at + timedelta(minutes=3) if root.chance(0.3) else None
                root.add(
                    "outreach.sends",
                    sent_at=at,
                    member_no=member,
                    opened_at=opened,
                    clicked_at=opened,
                    is_holdout=root.pick(["true", "false", None]),
                )
            elif dice < 0.84:
                add_receipt(root, at, member_no=member)
            else:
                add_order(root, at, buyer_id=local["buyer_id"], phone=phone, member_no=member)
        if root.chance(0.1):
            root.add(
                "crm.activities",
                event_time=at,
                member_no=member,
                activity_type=root.pick(["contract", "quotation"]),
                amount=root.pick([None, "1000.50", "0.01"]),
                currency=root.pick([None, "USD"]),
            )


def add_order(root: Root, at: datetime, **values: Any) -> None:
    """An order in one of the states that orders get into."""
    platform = root.pick(["tmall", "jd", "own_shop", None, "pinduoduo"])
    state: dict[str, Any] = {}
    if (
        platform != "pinduoduo"
    ):  # that platform says nothing of payment: its export lists what was completed
        state["status"] = root.pick(
            ["paid", "completed", "unpaid", "cancelled", "trade_closed", "cod", None, "待付款"]
        )
        if root.chance(0.6):
            state["paid_at"] = at + timedelta(minutes=root.pick([0, 1, 90]))
    if root.chance(0.1):
        state["cancelled_at"] = at + timedelta(hours=2)
    if root.chance(0.2):
        state["refunded_at"] = at + timedelta(days=root.pick([1, 12]))
    if root.chance(0.15):
        state["refund_amount"] = root.pick(["5.00", "0.01", "1500.00"])
    if root.chance(0.3):
        state["received_at"] = at + timedelta(days=3)
    row = root.add(
        "ecommerce.orders",
        created_at=at,
        amount=root.pick(["100.00", "0.01", "0.02", "33.33", "1,234.50", "0.00", "999.99"]),
        currency=root.pick([None, "CNY", "CNY", "cny", "USD", "EUR", "XYZ"]),
        platform=platform,
        **values,
        **state,
    )
    if root.chance(0.3):
        root.add(
            "erp.shipments",
            order_no=row["order_no"],
            platform=platform if root.chance(0.5) else None,
            shipped_at=at + timedelta(days=1),
            delivered_at=at + timedelta(days=2),
        )
    if root.chance(0.2):
        root.add("website.events", order_no=row["order_no"], event_name="order_pay")


def add_receipt(root: Root, at: datetime, **values: Any) -> None:
    """A shop's receipt; a return may be written with either sign."""
    root.add(
        "store.transactions",
        event_time=at,
        amount=root.pick(["20.00", "-20.00", "0.01", "77.77"]),
        is_return=root.pick(["true", "false", "false", None, "0"]),
        currency=root.pick([None, "HKD"]),
        **values,
    )


def add_orders_without_rate(root: Root) -> None:
    """Orders before the first rate, on the day of a new rate, and from nobody."""
    for currency in ("USD", "EUR", "JPY", "XYZ"):
        for day in (
            "2023-12-31 23:59:59",
            "2024-01-01 00:00:00",
            "2024-01-31 23:59:59",
            "2024-02-01 00:00:00",
            "2025-08-09 10:00:00",
        ):
            root.add(
                "ecommerce.orders",
                created_at=day,
                amount="10.05",
                currency=currency,
                platform="tmall",
                status="paid",
                buyer_id=root.value("buyer_id"),
            )
    for _ in range(12):
        add_order(root, root.moment())
        add_receipt(root, root.moment())
    for number in range(6):  # one number on two platforms: a record naming it must say which
        order_no = f"DOUBLE{number}"
        for platform in ("tmall", "jd"):
            root.add(
                "ecommerce.orders",
                order_no=order_no,
                platform=platform,
                buyer_id=root.value("buyer_id"),
            )
        for platform in ("tmall", None, "vip"):
            root.add(
                "erp.shipments", order_no=order_no, platform=platform, shipped_at=root.moment()
            )
    root.add("crm.activities", activity_type="contract", amount="5.00")


def add_feedback(root: Root) -> None:
    """Tickets, calls, reviews and answers on many scales, with several answers to one invitation."""
    regions = [None, "上海", "广东"]
    scales: list[tuple[str, Any, Any]] = [
        ("csat", None, None),
        ("csat", "1", "5"),
        ("csat", "0", "10"),
        ("csat", "1", "9"),
        ("csat", None, "9"),
        ("csat", "0", None),
        ("nps", None, None),
        ("nps", "0", "10"),
        ("nps", "1", "10"),
        ("nps", "0", "20"),
        ("nps", None, "100"),
        ("ces", None, None),
        ("ces", "1", "5"),
        ("ces", "0", "6"),
        ("CES", "1", "7"),
    ]
    for _ in range(900):
        kind, low, high = root.pick(scales)
        score = str(
            int(root.rng.integers(-1, 1 + int(high or {"csat": 5, "nps": 10}.get(kind, 7)) + 1))
        )
        invitation = None
        code = root.pick([None, "website_visit", "service_ticket", "no_such_touchpoint"])
        if root.chance(0.5):
            invitation = root.add(
                "survey.invitations",
                touchpoint_code=root.pick([None, "store_visit", "hotline_call"]),
                member_no=root.value("member_no") if root.chance(0.5) else None,
            )["invitation_id"]
        at = root.moment(20)
        for _ in range(root.pick([1, 1, 1, 2, 3])):
            root.add(
                "survey.responses",
                survey_type=kind,
                score=score,
                scale_min=low,
                scale_max=high,
                touchpoint_code=code,
                invitation_id=invitation,
                region=root.pick(regions),
                answered_at=at,
                phone=root.phone() if root.chance(0.3) else None,
            )
            at += timedelta(hours=root.pick([0, 1]))
            score = str(int(root.rng.integers(1, 6)))
    for _ in range(220):
        opened = root.moment(30)
        answered = (
            opened + timedelta(seconds=root.pick([0, 5, 90, 4000, 50000]))
            if root.chance(0.7)
            else None
        )
        ticket = root.add(
            "service.tickets",
            opened_at=opened,
            region=root.pick(regions),
            member_no=root.value("member_no"),
            first_response_at=answered,
            first_responder=root.pick([None, "agent", "Agent", "bot"]),
            rating=root.pick([None, "1", "4", "5", "9"]),
            rated_at=root.pick([None, opened]),
            resolved_at=root.pick([None, opened + timedelta(days=1)]),
        )
        if root.chance(0.5):
            root.add("service.messages", ticket_id=ticket["ticket_id"], sent_at=opened)
        root.add(
            "hotline.calls",
            called_at=opened,
            phone=root.phone() if root.chance(0.5) else None,
            answered_at=answered,
            ended_at=opened + timedelta(minutes=9),
            rating=root.pick([None, "2", "5"]),
            region=root.pick(regions),
        )
        root.add(
            "ecommerce.reviews",
            rating=root.pick(["1", "3", "4", "5", "6"]),
            platform=root.pick(["tmall", "jd"]),
            buyer_id=root.value("buyer_id"),
        )


def add_funnel_edges(root: Root) -> None:
    """Persons who stand on the edge: at the window's last instant, one beyond it, ties, detours, optional steps."""
    hour, instant = timedelta(hours=1), timedelta(milliseconds=1)
    stories: list[list[tuple[timedelta, str]]] = [
        [(0 * hour, "page_view"), (168 * hour, "add_to_cart")],
        [(0 * hour, "page_view"), (168 * hour + instant, "add_to_cart")],
        [
            (0 * hour, "add_to_cart"),
            (0 * hour, "page_view"),
            (0 * hour, "order_pay"),
            (0 * hour, "order_submit"),
        ],
        [(0 * hour, "add_to_cart"), (1 * hour, "page_view"), (2 * hour, "add_to_cart")],
        [(0 * hour, "page_view"), (1 * hour, "add_to_cart"), (2 * hour, "order_pay")],
        [(0 * hour, "search"), (1 * hour, "order_submit"), (2 * hour, "order_pay")],
        [
            (0 * hour, "search"),
            (1 * hour, "page_view"),
            (2 * hour, "order_submit"),
            (3 * hour, "order_pay"),
        ],
        # the view comes after the order: the order stands all the same
        [
            (0 * hour, "search"),
            (1 * hour, "order_submit"),
            (2 * hour, "page_view"),
            (3 * hour, "order_pay"),
        ],
        [
            (0 * hour, "search"),
            (1 * hour, "order_submit"),
            (2 * hour, "order_pay"),
            (3 * hour, "page_view"),
        ],
        [(0 * hour, "order_submit"), (5 * hour, "after_sales_apply")],
    ]
    for story in stories:
        for _ in range(5):
            visitor, at = root.value("visitor_id"), root.moment(60)
            for after, event in story:
                add_event(root, "website.events", at + after, visitor_id=visitor, event_name=event)


DEVICES = {
    "website.events": (
        "user_agent",
        [
            "Mozilla/5.0 (Windows NT 10.0) Edg/125.0",
            "Mozilla/5.0 (iPad; CPU OS 17)",
            "Mozilla/5.0 (Linux; Android 14)",
            "Mozilla/5.0 (IPHONE; Mobile)",
            "Something else",
            None,
        ],
    ),
    "app.events": ("os", ["iOS", "iPadOS", "Android", "harmonyos", "Symbian", None]),
    "mini_program.events": ("app_version", [None]),
}


def add_funnel_modes(root: Root, persons: int = 90) -> None:
    """Persons who search, view, order, pay and cancel again and again, with few items, devices and campaigns."""
    for _ in range(persons):
        table = root.pick(list(DEVICES))
        column, devices = DEVICES[table]
        own = PROFILES[table]
        member, openid = root.value("member_no"), root.value("openid")
        root.add("erp.members", member_no=member, customer_tier=root.pick(["gold", "silver", None]))
        who = {own: root.value(str(own))}
        who |= {"openid": openid} if own == "openid" else {"member_no": member}
        at = root.moment(60)
        for _ in range(int(root.rng.integers(3, 26))):
            at += timedelta(
                minutes=root.pick([0, 0, 1, 5, 29, 31, 59, 60, 61, 300, 1439, 1440, 1441])
            )
            event = root.pick(
                [
                    "search",
                    "search",
                    "item_view",
                    "item_view",
                    "add_to_cart",
                    "order_submit",
                    "order_pay",
                ]
            )
            values: dict[str, Any] = {column: root.pick(devices)}
            if event in ("search", "item_view", "add_to_cart"):
                values["clicked_item_id" if event == "search" else "item_id"] = root.pick(
                    ["i1", "i2", None]
                )
            elif root.chance(0.5):
                values["order_no"] = order_no = root.number("fo")
                root.add(
                    "ecommerce.orders",
                    order_no=order_no,
                    created_at=at,
                    paid_at=root.pick([None, at, at + timedelta(hours=root.pick([1, 24, 25]))]),
                    cancelled_at=root.pick([None, None, at, at + timedelta(hours=2)]),
                    member_no=member,
                    platform="own_shop",
                    region=root.pick(["上海", "北京", None]),
                )
            if table == "website.events":
                values["utm_campaign"] = root.pick([None, None, "d11", "d12"])
            add_event(root, table, at, event_name=event, **who, **values)


def add_dirt(root: Root) -> None:
    """Staff, bots, duplicates of every kind and needed values that are missing."""
    for _ in range(15):
        root.add("website.events", phone="13900000001")
        root.add("app.events", phone="13900000002", member_no=root.value("member_no"))
        root.add("website.events", user_agent="Mozilla/5.0 (compatible; Googlebot/2.1)")
        row = root.pick(root.rows["website.events"])
        root.rows["website.events"].append(dict(row))
        root.rows["website.events"].append(
            row | {"event_name": "share", "loaded_at": "2025-07-01 00:00:00"}
        )
        root.rows["website.events"].append(row | {"visitor_id": None})


def add_erasures(root: Root) -> None:
    """People who ask to be forgotten at some time, some of them again later by another of their identifiers."""
    named = [
        (column, row)
        for table in sorted(PROFILES)
        for row in root.rows[table]
        for column in identifier_rules()
        if row.get(column) is not None and id(row) not in root.kept
    ]
    for _ in range(24):
        column, row = root.pick(named)
        asked = [(column, row)]
        if root.chance(0.3):
            asked += [(other, row) for other in identifier_rules() if row.get(other)][:2]
        for kind, source in asked:
            root.add(
                "privacy.erasure_requests",
                requested_at=root.moment(110),
                identifier_type=kind,
                identifier_value=source[kind],
                platform=source.get("platform"),
            )
    for kind, value in (
        ("emale", "a@b.demo"),
        ("phone", "none of that"),
        ("phone", BLOCKED["phone"][0]),
        ("member_no", "nobody"),
    ):
        root.add("privacy.erasure_requests", identifier_type=kind, identifier_value=value)


def add_page_views(root: Root) -> None:
    """Pages that are opened again at the edge of a reload, on two channels, some without an address."""
    pages = ["/", "/sale", "https://shop.demo/p/1?a=2", None]
    for table, own, column in (
        ("website.events", "visitor_id", "page_url"),
        ("mini_program.events", "openid", "page_path"),
    ):
        for _ in range(50):
            value, at = root.value(own), root.moment(60)
            for _ in range(int(root.rng.integers(1, 9))):
                at += timedelta(seconds=root.pick([0, 1, 4.999, 5, 5, 5.001, 9, 1700, 2000]))
                root.add(
                    table,
                    event_time=at,
                    event_name=root.pick(["page_view", "page_view", "item_view"]),
                    **{own: value, column: root.pick(pages)},
                )


def add_searches(root: Root) -> None:
    """Searches at the edge of an episode, and orders of what was clicked, or not, at the edge of the window."""
    for number in range(90):
        member, buyer, visitor = (root.value(k) for k in ("member_no", "buyer_id", "visitor_id"))
        table, values = root.pick(
            [
                ("website.events", {"visitor_id": visitor, "member_no": member}),
                ("app.events", {"device_id": root.value("device_id"), "member_no": member}),
                ("ecommerce.searches", {"buyer_id": buyer, "platform": "tmall"}),
            ]
        )
        if table != "ecommerce.searches":
            values["event_name"] = "search"
        item, at = f"I{number}", root.moment(60)
        for _ in range(root.pick([1, 2, 3, 5])):
            root.add(
                table,
                event_time=at,
                clicked_item_id=root.pick([item, item, "I999", None]),
                result_count=root.pick([None, "0", "0", "12"]),
                **values,
            )
            at += timedelta(seconds=root.pick([0, 60, 1800, 1800.001, 4000]))
        after = timedelta(
            hours=root.pick([0, 1, 23, 24, 24, 25]), milliseconds=root.pick([0, 0, 1])
        )
        platform = root.pick(["tmall", "jd"])
        row = root.add(
            "ecommerce.orders",
            created_at=at + after,
            platform=platform,
            buyer_id=buyer,
            member_no=member,
            status=root.pick(["paid", "paid", "unpaid"]),
            amount="20.00",
        )
        for line in range(root.pick([0, 1, 2])):
            root.add(
                "ecommerce.order_items",
                order_no=row["order_no"],
                line_no=str(line),
                item_id=root.pick([item, "I998"]),
                platform=root.pick([platform, platform, None]),
            )
        if root.chance(0.3):
            receipt = root.add(
                "store.transactions", event_time=at + after, member_no=member, till_id="T1"
            )
            root.add(
                "store.transaction_items",
                item_id=item,
                till_id="T1",
                **{key: receipt[key] for key in ("receipt_no", "store_id")},
            )


def add_contents(root: Root) -> None:
    """Articles and posts that are read, answered within and beyond a week, and followed by what readers then do."""
    articles = ["art1", "art2", "art3", "13900000009 calls"]
    for _ in range(160):
        phone, at = root.phone(), root.moment(60)
        table, values, content = root.pick(
            [
                ("wechat_oa.interactions", {"openid": root.value("openid")}, "article_id"),
                (
                    "social.engagements",
                    {"platform_user_id": root.value("platform_user_id"), "platform": "xhs"},
                    "content_id",
                ),
                ("website.events", {"visitor_id": root.value("visitor_id")}, "page_url"),
            ]
        )
        if root.chance(0.8):
            values["phone"] = phone
        column, events = {
            "wechat_oa.interactions": (
                "interaction_type",
                [
                    *("article_read", "article_read", "article_share", "article_like"),
                    *("article_comment", "follow", "follow", "unfollow"),
                ],
            ),
            "social.engagements": (
                "engagement_type",
                ["view", "view", "live_watch", "like", "comment", "share", "follow", "favourite"],
            ),
            "website.events": ("event_name", ["page_view", "page_view", "share", "comment"]),
        }[table]
        pages = ["https://a.demo/news/1", "https://a.demo/news/1?from=x#top", "/blog/2", "/sale"]
        for _ in range(int(root.rng.integers(1, 7))):
            at += timedelta(hours=root.pick([0, 0, 1, 100, 168, 168.001, 400]))
            root.add(
                table,
                event_time=at,
                **values,
                **{
                    column: root.pick(events),
                    content: root.pick(pages if content == "page_url" else articles),
                },
            )
        at += timedelta(hours=root.pick([0, 24, 168, 720, 721]))
        if root.chance(0.4):
            root.add("ecommerce.orders", created_at=at, phone=phone, status="paid", platform="jd")
        if root.chance(0.3):
            root.add("website.events", event_time=at, phone=phone, event_name="consult")
        if root.chance(0.3):
            root.add("erp.members", registered_at=at, phone=phone)


def add_store_days(root: Root) -> None:
    """Visits of known and unknown persons, and receipts and returns in the same and other stores around midnight."""
    for _ in range(120):
        member = root.value("member_no") if root.chance(0.8) else None
        # 16:00 UTC is midnight in the shops
        at = root.moment(60).replace(hour=root.pick([9, 15, 16]), minute=root.pick([0, 59]))
        root.add("store.visits", event_time=at, member_no=member, store_id=root.pick(["A", "B"]))
        for _ in range(root.pick([0, 1, 1, 2])):
            root.add(
                "store.transactions",
                event_time=at + timedelta(hours=root.pick([-2, 0, 1, 24])),
                member_no=member,
                store_id=root.pick(["A", "A", "B"]),
                is_return=root.pick(["false", "false", "true"]),
            )


def add_sends(root: Root) -> None:
    """Sends and holdouts in a row, and orders at the edge of what they may claim; pigeons tell no arrival."""
    for _ in range(160):
        member, at = root.value("member_no"), root.moment(60)
        medium = root.pick(["sms", "email", "pigeon"])
        for _ in range(root.pick([1, 2, 3])):
            is_holdout = root.chance(0.4)
            arrives = not is_holdout and not root.chance(0.1)
            delivered = at + timedelta(minutes=1) if arrives and medium != "pigeon" else None
            opened = at + timedelta(hours=root.pick([1, 24, 25]), minutes=1)
            root.add(
                "outreach.sends",
                sent_at=at,
                medium=medium,
                member_no=member,
                delivered_at=delivered,
                opened_at=opened if arrives and root.chance(0.3) else None,
                responded_at=opened if arrives and root.chance(0.1) else None,
                is_holdout="true" if is_holdout else root.pick(["false", None]),
            )
            at += timedelta(hours=root.pick([0, 5, 30]))
        after = timedelta(hours=root.pick([-30, 0, 20, 24, 24]), minutes=root.pick([0, 1]))
        if root.chance(0.6):
            root.add(
                "ecommerce.orders",
                created_at=at + after,
                member_no=member,
                status="paid",
                platform="jd",
            )


def add_answers(root: Root) -> None:
    """Answers of two months, some kinds of which one month lacks."""
    for _ in range(160):
        at = root.moment(60)
        codes = [
            "website_visit",
            "store_purchase",
            "hotline_call" if at.month == 3 else "app_check_in",
        ]
        root.add(
            "survey.responses",
            answered_at=at,
            survey_type="csat",
            score=root.pick(["2", "4", "5"]),
            touchpoint_code=root.pick(codes),
            region=root.pick([None, "上海", "广东"]),
            member_no=root.value("member_no"),
        )


def add_cases(root: Root, persons: int = 90) -> None:
    """Persons who come again about an order or topic: at the gap's edge, before and after a resolution, in public."""
    week = timedelta(hours=168)
    steps = [
        timedelta(0),
        timedelta(hours=3),
        week,
        week + timedelta(seconds=1),
        week - timedelta(hours=1),
    ]
    words = [
        "快递太慢了，请尽快处理！",
        "要求退款，不然投诉到12315",
        "请问怎么用？",
        "Parcel is BROKEN, this is terrible",
        "过敏了，态度差",
        "好看",
        "积分没有到账",
        None,
    ]
    order_nos = [row["order_no"] for row in root.rows["ecommerce.orders"]]
    for _ in range(persons):
        at = root.moment(50)
        phone = root.phone() if root.chance(0.9) else None
        orders = [None, root.pick(order_nos), "no such order"]
        text = root.pick(words)
        for _ in range(root.pick([1, 2, 3, 5])):
            at += root.pick(steps)
            text = root.pick(words) if root.chance(0.3) else text
            place = root.pick(["ticket", "ticket", "call", "call", "comment", "post"])
            answered = at + timedelta(seconds=root.pick([-5, 0, 30, 9000, 200000]))
            closed = at + timedelta(hours=root.pick([0, 2, 30, 180]))
            shared = {
                "phone": phone,
                "order_no": root.pick(orders),
                "region": root.pick([None, "上海", "广东"]),
                "is_complaint": root.pick([None, "true", "false", "false"]),
                "rating": root.pick([None, "1", "5"]),
            }
            if place == "ticket":
                ticket = root.add(
                    "service.tickets",
                    opened_at=at,
                    subject=root.pick([None, "物流", "退货"]),
                    ticket_text=text,
                    source_category=root.pick([None, "delivery", "Usage", "odd"]),
                    first_response_at=root.pick([None, answered]),
                    first_responder=root.pick([None, "agent", "bot"]),
                    resolved_at=root.pick([None, closed]),
                    **shared,
                )
                for _ in range(root.pick([0, 0, 2, 4])):
                    root.add(
                        "service.messages",
                        ticket_id=ticket["ticket_id"],
                        sent_at=at + timedelta(minutes=root.pick([-1, 0, 1, 500])),
                        sender=root.pick(["customer", "agent", "bot", "Agent"]),
                        message_text=root.pick(words),
                    )
            elif place == "call":
                root.add(
                    "hotline.calls",
                    called_at=at,
                    answered_at=root.pick([None, answered]),
                    ended_at=root.pick([None, closed]),
                    queue=root.pick([None, "投诉", "sales"]),
                    call_text=text,
                    **shared,
                )
            elif place == "comment":
                root.add(
                    "social.engagements",
                    event_time=at,
                    platform="douyin",
                    engagement_type=root.pick(["comment", "live_comment"]),
                    comment_text=text,
                    phone=phone,
                )
            else:
                root.add("community.posts", event_time=at, post_text=text or "嗯", phone=phone)


def add_patients(root: Root) -> None:
    """Appointments of every outcome, and follow-ups that were done, or not, with scores on and off the scale."""
    for _ in range(160):
        patient, phone, at = root.value("patient_no"), root.phone(), root.moment(60)
        for _ in range(root.pick([1, 1, 2, 4])):
            visit_at = at + timedelta(hours=root.pick([0, 1, 48]))
            root.add(
                "his.appointments",
                patient_no=patient,
                phone=root.pick([phone, None]),
                openid=root.value("openid") if root.chance(0.2) else None,
                booked_at=at,
                visit_at=root.pick([visit_at, visit_at, None]),
                status=root.pick(
                    ["booked", "visited", "VISITED", "已就诊", "cancelled", "爽约", "lost", None]
                ),
                region=root.pick([None, "上海", "广东"]),
            )
            done_at = visit_at + timedelta(days=2)
            root.add(
                "his.follow_ups",
                patient_no=patient,
                phone=root.pick([phone, None]),
                due_at=visit_at + timedelta(days=1),
                done_at=root.pick([done_at, done_at, None]),
                score=root.pick(["1", "4", "5", "6", None]),
                follow_up_text=root.pick(["谢谢", None]),
            )
            at += timedelta(days=root.pick([0, 3, 40]))


def add_students(root: Root) -> None:
    """Enrolments of every status, some of them again, and lessons that are attended, missed and rated."""
    for number in range(160):
        student, phone, at = root.value("student_no"), root.phone(), root.moment(60)
        for _ in range(root.pick([1, 1, 2, 3])):
            course = f"C{number % 7}"
            enrolment = root.add(
                "academic.enrolments",
                student_no=student,
                phone=root.pick([phone, None]),
                email=root.value("email") if root.chance(0.2) else None,
                course_id=course,
                enrolled_at=at,
                amount=root.pick(["100.00", "0.01", "1,999.00", None]),
                currency=root.pick([None, None, "USD", "XYZ"]),
                status=root.pick(
                    [
                        *("paid", "paid", "已缴费", "pending", "待缴费", "cancelled", "已取消"),
                        *("refunded", "已退费", "cancelled_and_refunded", "odd", None),
                    ]
                ),
            )
            if root.chance(0.2):
                root.add(
                    "website.events",
                    order_no=enrolment["enrolment_id"],
                    event_name=root.pick(["order_submit", "order_pay"]),
                    event_time=at,
                    phone=phone,
                )
            for _ in range(root.pick([0, 1, 3])):
                at += timedelta(hours=root.pick([0, 1, 48]))
                root.add(
                    "academic.lessons",
                    student_no=student,
                    course_id=course,
                    event_time=at,
                    attended=root.pick(["true", "false", "是", None]),
                    rating=root.pick(["1", "4", "5", "0", None]),
                    lesson_text=f"讲得生动，学号{student}" if number % 4 == 0 else None,
                )
            at += timedelta(days=root.pick([0, 20]))


def add_parcels(root: Root) -> None:
    """Events on the way of shipments, known by a phone, an order, both or neither."""
    orders = [row["order_no"] for row in root.rows["ecommerce.orders"]]
    for _ in range(220):
        shipment, at = root.number("sh"), root.moment(60)
        order_no = root.pick([root.pick(orders), root.pick(orders), None, "DOUBLE1", "nobody's"])
        phone = root.pick([None, None, root.phone()])
        for _ in range(root.pick([1, 3, 5])):
            root.add(
                "logistics.tracking_events",
                shipment_id=shipment,
                event_time=at,
                order_no=order_no,
                phone=root.pick([phone, None]),
                region=root.pick([None, "上海"]),
            )
            at += timedelta(hours=root.pick([0, 5, 30]))


def add_batches(root: Root) -> None:
    """Batches with few and many anomalies, delivered on orders, some with their machines, and complaints after them."""
    for number in range(70):
        line = f"L{number % 3}" if number < 60 else None
        batch_no, made_at = f"B{number:03d}", root.moment(30)
        if number % 20:  # the others are only named
            root.add(
                "production.batches",
                batch_no=batch_no,
                produced_at=made_at,
                line_id=line,
                item_id=root.pick(["i1", "i2", None]),
                quantity="100",
            )
        most = 40 if number in (7, 31) else root.pick([0, 1, 2, 3])
        for _ in range(most):
            root.add(
                "production.equipment_events",
                batch_no=batch_no,
                equipment_id=f"M{number % 3}",
                event_time=made_at + timedelta(minutes=root.pick([0, 0, 1, 90, 300])),
                severity=root.pick(["warning", "Critical", "严重", "预警", "info", "odd", None]),
            )
        for _ in range(root.pick([0, 5, 45]) if number % 9 and number != 7 else 60):
            at = made_at + timedelta(days=root.pick([1, 2, 5]))
            table = root.pick(["ecommerce.orders", "ecommerce.orders", "crm.activities"])
            order_no, phone = root.number("bo"), root.phone()
            if table == "crm.activities":
                root.add(
                    table,
                    order_no=order_no,
                    activity_type="contract",
                    event_time=at,
                    phone=root.pick([phone, None]),
                )
            else:
                root.add(
                    table,
                    order_no=order_no,
                    created_at=at,
                    phone=root.pick([phone, phone, None]),
                    status="paid",
                    platform="own_shop",
                )
            machine = root.pick([None, root.number("eq")])
            delivered_at = at + timedelta(days=root.pick([1, 2]))
            for copies in range(root.pick([1, 1, 1, 2])):
                root.add(
                    "production.deliveries",
                    batch_no=batch_no if not copies else f"B{(number + 1) % 70:03d}",
                    order_no=root.pick([order_no, order_no, order_no, "nobody's"]),
                    equipment_id=machine,
                    delivered_at=root.pick([delivered_at, delivered_at, None]),
                )
            if machine:
                for _ in range(root.pick([0, 1, 2])):
                    root.add(
                        "production.equipment_events",
                        equipment_id=machine,
                        event_time=delivered_at + timedelta(days=root.pick([-3, 0, 4])),
                        severity=root.pick(["warning", "info"]),
                    )
            if root.chance(0.5 if number == 7 else 0.1):
                complained_at = delivered_at + timedelta(days=root.pick([-1, 0, 3, 89, 90, 91]))
                # those of the batch that is to be found speak of it
                named = root.pick([order_no, None, *([] if number == 7 else ["nobody's"])])
                is_complaint = root.pick(["true", "true", "false", None])
                if root.chance(0.5):
                    root.add(
                        "service.tickets",
                        opened_at=complained_at,
                        phone=phone,
                        order_no=named,
                        is_complaint=is_complaint,
                    )
                else:
                    root.add(
                        "hotline.calls",
                        called_at=complained_at,
                        phone=phone,
                        order_no=named,
                        is_complaint=is_complaint,
                    )


TEXT_COLUMNS = {
    "community.posts": ("post_text",),
    "ecommerce.reviews": ("review_text",),
    "hotline.calls": ("call_text",),
    "service.messages": ("message_text",),
    "service.tickets": ("ticket_text", "subject"),
    "social.engagements": ("comment_text",),
    "survey.responses": ("comment_text",),
    "wechat_oa.interactions": ("comment_text",),
}
PHRASES = (
    *(
        "很满意",
        "不满意",
        "不太好",
        "质量很好",
        "物流太慢了",
        "客服态度差",
        "还好",
        "不错",
        "好用",
        "没问题",
    ),
    *(
        "退货",
        "什么时候发货",
        "会员积分没到账",
        "GOOD quality",
        "not good",
        "Never again!",
        "Don't buy",
        "it works",
    ),
    *(
        "价格199元",
        "2024-08-22",
        "👍👍",
        "é́",
        "13812345678",
        "１３８ 1234 5678",
        "一三八一二三四五六七八",
    ),
    *(
        "微信zhang_san88",
        "li.hua@example.com",
        "[masked]",
        "，",
        "！！",
        " ",
        "\u3000",
        "\n",
        "a",
        "好",
    ),
)


def add_texts(root: Root) -> None:
    """Texts for most records that can have one, out of few phrases, so that many are alike.

    Drawn apart: what the other records hold does not depend on them.
    """
    rng = np.random.default_rng(len(root.rows))
    for table, columns in TEXT_COLUMNS.items():
        for row in root.rows.get(table, []):
            for column in columns:
                count = int(rng.choice([0, 1, 1, 2, 3, 6]))
                phrases = [PHRASES[int(rng.integers(len(PHRASES)))] for _ in range(count)]
                text = "".join(phrases)
                # a record whose needed text is blank would be refused
                if text.strip() or column not in contracts()[table].need:
                    row[column] = text or None


def add_drivers(root: Root, persons: int = 360) -> None:
    """Persons who judge several touchpoints, say how they like it all, and come back or not: the store decides."""
    codes = ["store_visit", "erp_delivery", "hotline_call", "website_visit", "app_visit"]
    codes += ["service_ticket", "own_shop_order", "tmall_order", "jd_order"]
    for _ in range(persons):
        at = START + timedelta(days=int(root.rng.integers(0, 20)))
        member = root.value("member_no")
        root.add("store.transactions", event_time=at, amount="20.00", member_no=member)
        is_good = root.chance(0.6)
        if root.chance(0.2):
            root.add("store.visits", event_time=at - timedelta(minutes=30), member_no=member)
            root.add(
                "service.tickets",
                opened_at=at - timedelta(hours=2),
                member_no=member,
                first_response_at=root.pick(
                    [None, at - timedelta(hours=1), at + timedelta(hours=1)]
                ),
            )
        for number, code in enumerate(codes):
            if root.chance(0.75 - 0.07 * number):
                likes = is_good if code == "store_visit" else root.chance(0.7)
                root.add(
                    "survey.responses",
                    answered_at=at + timedelta(hours=root.pick([0, 1, 30, 71, 72, 100])),
                    survey_type="csat",
                    score=root.pick(["4", "5"] if likes else ["1", "3"]),
                    touchpoint_code=code,
                    member_no=member,
                )
        if root.chance(0.9):
            root.add(
                "survey.responses",
                answered_at=at + timedelta(days=root.pick([2, 5, 9])),
                survey_type="nps",
                score=root.pick(
                    ["9", "10", "8"] if is_good == root.chance(0.8) else ["3", "6", "7"]
                ),
                member_no=member,
            )
        if root.chance(0.95 if is_good else 0.1):
            root.add(
                "store.transactions",
                event_time=at + timedelta(days=root.pick([0, 2, 30, 30, 40, 92, 93, 94, 100])),
                amount="30.00",
                member_no=member,
            )


def add_baskets(root: Root, persons: int = 140) -> None:
    """Persons who buy few items again and again, some at one moment, and get messages named for rules.

    Drawn apart: what the other records hold does not depend on them.
    """
    rng = np.random.default_rng(persons)
    rules = [str(row["rule_code"]) for row in seed("action_rules")]

    def pick(options: Any) -> Any:
        return options[int(rng.integers(len(options)))]

    for number in range(persons):
        member = f"basket{number}"
        root.add(
            "erp.members", member_no=member, region=pick(["上海", "北京", None]), customer_tier=None
        )
        at = START + timedelta(days=int(rng.integers(1, 60)))
        for _ in range(int(rng.integers(0, 6))):
            receipt = root.add(
                "store.transactions", event_time=at, amount="30.00", member_no=member
            )
            for line in range(int(rng.integers(1, 5))):
                # few are bought often: the smaller of two numbers
                item = min(int(rng.integers(1, 25)), int(rng.integers(1, 25)))
                root.add(
                    "store.transaction_items",
                    receipt_no=receipt["receipt_no"],
                    store_id=receipt["store_id"],
                    line_no=str(line),
                    item_id=f"B{item}",
                )
            at += timedelta(days=pick([0, 0, 1, 7, 30]))
        for _ in range(int(rng.integers(0, 7))):
            root.add(
                "outreach.sends",
                sent_at=START + timedelta(days=int(rng.integers(60, 115))),
                medium=pick(["sms", "email"]),
                campaign=pick([*rules, "d11"]),
                member_no=member,
                is_holdout=pick(["true", "false", None]),
            )


def add_consents(root: Root, count: int = 400) -> None:
    """What people agreed to, said with any of their identifiers, in several spellings and again at the same moment.

    Drawn apart: what the other records hold does not depend on them.
    """
    rng = np.random.default_rng(len(root.rows["privacy.erasure_requests"]))

    def pick(options: Any) -> Any:
        return options[int(rng.integers(len(options)))]

    named = [
        (column, row)
        for table in sorted(PROFILES)
        for row in root.rows[table]
        for column in identifier_rules()
        if row.get(column) is not None
    ]
    asked = [
        (row["identifier_type"], {row["identifier_type"]: row["identifier_value"], **row})
        for row in root.rows["privacy.erasure_requests"]
    ]
    for _ in range(count):
        column, row = pick(asked if rng.random() < 0.3 else named)
        at = START + timedelta(seconds=int(rng.integers(120 * 86400)))
        for _ in range(int(rng.integers(1, 4))):
            value = str(row[column])
            if column == "phone":
                value = pick([value, f"+86 {value}", f"{value[:3]}-{value[3:]}"])
            elif column == "email":
                value = pick([value, value.upper()])
            root.add(
                "privacy.consents",
                identifier_type=column,
                identifier_value=value,
                purpose=pick(["outreach", "Outreach", "personalisation", "analysis"]),
                is_granted=pick(["true", "false", "是", "0"]),
                changed_at=at,
                platform=row.get("platform"),
                loaded_at=pick([None, at, at + timedelta(days=1)]),
            )
            at += timedelta(seconds=pick([0, 0, 1, 86400 * 30]))
    for kind, value, purpose in (
        ("emale", "a@b.demo", "outreach"),
        ("phone", "none of that", "outreach"),
        ("member_no", "nobody", "postal"),
        ("member_no", "nobody", "outreach"),
        ("phone", BLOCKED["phone"][0], "analysis"),
    ):
        root.add(
            "privacy.consents",
            identifier_type=kind,
            identifier_value=value,
            purpose=purpose,
            is_granted="false",
            changed_at=START,
        )


def add_actions(root: Root) -> None:
    """Actions of every kind of segment, on all sides of what can be measured."""
    metrics = [*{str(row["metric_code"]) for row in seed("effect_metrics")}, "unheard_of"]
    segments = [
        ("region", "上海", "广东"),
        ("region", "广东", "上海"),
        ("touchpoint", "store_purchase", "service_ticket"),
        ("channel", "hotline", "service"),
        ("customer_tier", "gold", "silver"),
        ("hash", "1", "2"),
        ("region", "上海", None),
        (None, None, None),
    ]
    wrong = [
        ("region", "上海", "上海"),
        ("region", "Atlantis", "上海"),
        ("region", "上海", "Atlantis"),
        ("weather", "rain", "sun"),
        ("region", None, "上海"),
        (None, "上海", "广东"),
    ]
    for metric in sorted(metrics):
        for dimension, treated, control in [*segments, *segments, *wrong]:
            starts = START.date() + timedelta(
                days=root.pick([-10, *[20, 35, 45, 60] * 3, 110, 150])
            )
            ends = starts + timedelta(days=root.pick([-1, 0, 5, 30, 60]))
            root.add(
                "operations.actions",
                starts_on=starts,
                ends_on=ends if root.chance(0.3) else None,
                metric_code=metric.upper() if root.chance(0.1) else metric,
                touchpoint_code=root.pick([*[None] * 8, "service_ticket", "nowhere"]),
                segment_dimension=dimension,
                treated_segment=treated,
                control_segment=control,
                washout_days=root.pick([*[None, "0", "3", "7"] * 3, "30", "-1"]),
            )


def add_enquiries(root: Root) -> None:
    """Enquiries answered at once, late, too early and never, and what people write to the official account."""
    said = [None, "hello", "when will it be delivered?", "质量太差了，我要投诉", "好"]
    order_nos = [row["order_no"] for row in root.rows["ecommerce.orders"]]
    waits = [None, *(timedelta(minutes=minutes) for minutes in (0, 5, 4200, -60))]
    for _ in range(60):
        at = root.moment(30)
        wait = root.pick(waits)
        member = root.value("member_no")
        for _ in range(root.pick([1, 1, 2])):
            root.add(
                "crm.activities",
                activity_type=root.pick(["enquiry", "enquiry", "rfq", "询价", "demo"]),
                event_time=at,
                member_no=member,
                order_no=root.pick([None, None, root.pick(order_nos)]),
                responded_at=at + wait if wait is not None else None,
                region=root.pick([None, "上海"]),
            )
            at += timedelta(days=root.pick([1, 7, 8]))
        root.add(
            "wechat_oa.interactions",
            interaction_type=root.pick(["message", "article_comment", "article_read"]),
            event_time=at,
            openid=root.value("openid"),
            comment_text=root.pick(said),
        )


def random_root(folder: Path, number: int = 20250301, shuffled: int | None = None) -> Path:
    """Write the raw root into a folder; `shuffled` is the seed of another order of the records."""
    root = Root(number)
    add_chains(root)
    root.kept = {id(row) for rows in root.rows.values() for row in rows}
    for part in (
        add_identity_graphs,
        add_identity_soup,
        add_streams,
        add_journeys,
        add_funnel_edges,
        add_funnel_modes,
        add_orders_without_rate,
        add_feedback,
        add_dirt,
        add_erasures,
        add_page_views,
        add_searches,
        add_contents,
        add_store_days,
        add_sends,
        add_answers,
        add_texts,
        add_cases,
        add_patients,
        add_students,
        add_parcels,
        add_batches,
        add_drivers,
        add_baskets,
        add_consents,
        add_actions,
        add_enquiries,
    ):
        part(root)
    for table, rows in root.rows.items():
        system, name = table.split(".")
        (folder / system).mkdir(parents=True, exist_ok=True)
        columns = [
            c for c in contracts()[table].kinds if any(row.get(c) is not None for row in rows)
        ]
        order = np.arange(len(rows))
        if shuffled is not None:
            order = np.random.default_rng(shuffled).permutation(len(rows))
        with open(folder / system / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(
                [_written(rows[place].get(column)) for column in columns] for place in order
            )
    return folder


def _written(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)
