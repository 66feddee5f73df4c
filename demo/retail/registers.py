"""Registers: members, CRM contacts and activities, the item catalogue and advertising costs."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo.arrays import (
    DAY,
    HOUR,
    NEVER,
    SECOND,
    chance,
    constant,
    ids,
    integers,
    join,
    money,
    only,
    spread,
    take,
    times,
)
from demo.people import PLACEHOLDER_PHONES
from demo.retail import vocabulary as words
from demo.retail.people import NONE, OTHER_BUYER, OWN
from demo.retail.shopping import Chunk, campaign_days
from demo.rows import NOBODY, Rows


def make_members(chunk: Chunk) -> None:
    """The loyalty register: one row per member, with the phone and the e-mail."""
    rng, people = chunk.rng, chunk.people
    members = np.flatnonzero(people.is_member)
    count = len(members)
    phone = take(people.ids["phone"], members)
    filler = (people.phone_kind[members] == NONE) & chance(rng, 0.4, count)
    phone = pc.if_else(pa.array(filler), take(PLACEHOLDER_PHONES, members % 2), phone)
    chunk.plant("erp.members", "placeholder_phones", filler)
    email = np.where(people.has["email"][members], members, -1)
    chunk.add(
        Rows(
            "erp.members",
            {
                "member_no": take(people.ids["member_no"], members),
                "phone": phone,
                "email": take(people.ids["email"], email),
                "customer_tier": take(words.TIERS, people.tier[members]),
                "region": take(people.ids["region"], members),
                "registered_at": times(people.registered[members]),
            },
            members,
        )
    )
    people.saw("member_no", members)
    people.saw("own_phone", members[people.phone_kind[members] == OWN])
    people.saw("email", email[email >= 0])


def make_contacts(chunk: Chunk) -> None:
    """CRM contacts: where nothing else links an account to the member, a contact does."""
    rng, people = chunk.rng, chunk.people
    seen = {
        name: people.seen.get(name, np.zeros(people.count, bool))
        for name in ("openid_mini", "openid_oa", "unionid", "tmall", "jd", "device_id")
    }
    member = people.is_member
    own = people.phone_kind == OWN
    has_wechat = seen["openid_mini"] | seen["openid_oa"]
    needs_wechat = member & has_wechat & ~(seen["openid_mini"] & own)
    needs_tmall = member & seen["tmall"] & ~people.buyer_by_phone
    needs_jd = member & seen["jd"] & ~people.buyer_by_phone
    in_b2b = np.zeros(people.count, bool)
    in_b2b[chunk.notes["company_people"]] = True
    wanted = needs_wechat | needs_tmall | in_b2b | (member & chance(rng, 0.08, people.count))
    first = np.flatnonzero(wanted)
    second = np.flatnonzero(needs_jd)  # a contact per marketplace account: two contacts, one person
    person = np.concatenate([first, second])
    is_second = np.arange(len(person)) >= len(first)
    count = len(person)
    shows_wechat = ~is_second & has_wechat[person]
    account = np.where(is_second, 2, np.where(needs_tmall[person], 1, 0))
    buyer = pc.if_else(
        pa.array(account == 2), take(people.ids["jd"], person), take(people.ids["tmall"], person)
    )
    phone_2 = own[person] & ~is_second & chance(rng, 0.08, count)
    shows_phone = own[person] & ~phone_2 & chance(rng, 0.7, count)
    phone = pc.if_else(
        pa.array(phone_2),
        take(people.ids["second_phone"], person),
        only(take(people.ids["own_phone"], person), shows_phone),
    )
    gender = (person + people.base) % 5 < 3
    names = [
        np.array(words.SURNAMES),
        np.array(words.GIVEN_NAMES["female"]),
        np.array(words.GIVEN_NAMES["male"]),
    ]
    surname = take(pa.array(names[0]), rng.integers(0, len(names[0]), count))
    given = pc.if_else(
        pa.array(gender),
        take(pa.array(names[1]), rng.integers(0, len(names[1]), count)),
        take(pa.array(names[2]), rng.integers(0, len(names[2]), count)),
    )
    birth = pa.array(np.datetime64("1958-01-01") + rng.integers(0, 17_000, count))
    created = people.registered[person] + rng.integers(1, 72, count) * HOUR
    created = np.minimum(created, chunk.calendar.end - DAY)
    updated = (
        created
        + (rng.random(count) * (chunk.calendar.end - created)).astype(np.int64) // SECOND * SECOND
    )
    openid = pc.if_else(
        pa.array(seen["openid_oa"][person]),
        take(people.ids["openid_oa"], person),
        take(people.ids["openid_mini"], person),
    )
    contact = join(
        "K",
        pc.utf8_slice_codeunits(take(people.ids["contact_id"], person), 1),
        take(["", "b"], is_second),
    )
    shows_device = ~is_second & seen["device_id"][person] & chance(rng, 0.2, count)
    shows_email = people.has["email"][person] & ~is_second
    chunk.add(
        Rows(
            "crm.contacts",
            {
                "contact_id": contact,
                "member_no": take(people.ids["member_no"], person),
                "phone": phone,
                "email": take(people.ids["email"], np.where(shows_email, person, -1)),
                "unionid": only(take(people.ids["unionid"], person), shows_wechat),
                "openid": only(openid, shows_wechat & chance(rng, 0.6, count)),
                "platform": only(take(["tmall", "tmall", "jd"], account), account > 0),
                "buyer_id": only(buyer, account > 0),
                "device_id": take(people.ids["device_id"], np.where(shows_device, person, -1)),
                "full_name": join(surname, given),
                "gender": take(["male", "female"], gender),
                "birth_date": only(birth, chance(rng, 0.6, count)),
                "region": take(people.ids["region"], person),
                "customer_tier": take(words.TIERS, people.tier[person]),
                "created_at": times(created),
                "updated_at": times(updated),
            },
            person,
        )
    )
    people.saw("contact_id", first)
    people.saw("contact_id_b", second)
    people.saw("second_phone", person[phone_2])
    people.saw("unionid", person[shows_wechat])
    people.ids["contact_id_b"] = join(people.ids["contact_id"], "b")


def plan_company_customers(chunk: Chunk) -> None:
    """Choose the buyers who also buy for their company."""
    people = chunk.people
    fit = np.flatnonzero(
        (people.part == OTHER_BUYER)
        & people.is_member
        & (people.first_purchase < chunk.calendar.end - 90 * DAY)
    )
    chunk.notes["company_people"] = np.sort(chunk.rng.permutation(fit)[: len(fit) // 10 + 1])


def make_activities(chunk: Chunk) -> None:
    """Group purchases: enquiry, visit, call, demo, quotation, and for half of them a contract."""
    rng, people, calendar = chunk.rng, chunk.people, chunk.calendar
    person = chunk.notes["company_people"]
    base = people.first_purchase[person] + rng.integers(5 * 24, 50 * 24, len(person)) * HOUR
    signed = chance(rng, 0.5, len(person))
    steps = [
        ("enquiry", 0, np.ones(len(person), bool)),
        ("visit", 3, chance(rng, 0.4, len(person))),
        ("call", 4, chance(rng, 0.6, len(person))),
        ("demo", 6, chance(rng, 0.3, len(person))),
        ("quotation", 9, chance(rng, 0.8, len(person)) | signed),
        ("contract", 20, signed),
    ]
    value = rng.integers(20, 400, len(person)) * 100_00
    for name, day, keep in steps:
        moment = base + day * DAY + rng.integers(0, 8 * 3600, len(person)) * SECOND
        keep = keep & (moment < calendar.end)
        who, at = person[keep], moment[keep]
        count = len(who)
        priced = np.full(count, name in ("quotation", "contract"))
        answered = np.full(count, name in ("enquiry", "quotation"))
        reply = calendar.before_end(at + rng.integers(1800, 3 * 86_400, count) * SECOND)
        by_phone = chance(rng, 0.4, count) & (people.phone_kind[who] == OWN)
        serial = chunk.serials("activities", count)
        chunk.add(
            Rows(
                "crm.activities",
                {
                    "activity_id": ids("v", serial),
                    "event_time": times(at),
                    "activity_type": constant(name, count),
                    "contact_id": take(people.ids["contact_id"], who),
                    "member_no": take(
                        people.ids["member_no"], np.where(chance(rng, 0.6, count), who, -1)
                    ),
                    "phone": take(people.ids["own_phone"], np.where(by_phone, who, -1)),
                    "email": take(
                        people.ids["email"],
                        np.where(people.has["email"][who] & chance(rng, 0.3, count), who, -1),
                    ),
                    "order_no": only(
                        ids("HT", spread(serial, 9), 9), np.full(count, name == "contract")
                    ),
                    "responded_at": times(np.where(answered, reply, NEVER)),
                    "amount": money(value[keep], priced),
                    "currency": only(constant("CNY", count), priced),
                    "region": take(people.ids["region"], who),
                    "outcome": constant(
                        {"contract": "已签约", "quotation": "已报价"}.get(name, "跟进中"), count
                    ),
                },
                who,
            )
        )


def make_catalogue(chunk: Chunk) -> None:
    """The items, once for the whole dataset."""
    count = words.ITEM_COUNT
    chunk.add(
        Rows(
            "catalog.items",
            {
                "item_id": words.ITEM_ID_POOL,
                "item_name": pa.array(words.ITEM_NAMES),
                "category": pa.array(words.ITEM_CATEGORIES),
                "price": money(words.ITEM_PRICES),
            },
            np.full(count, NOBODY),
        )
    )


def make_advertising(chunk: Chunk) -> None:
    """Daily costs by channel and campaign, once per dataset; one account is billed in dollars."""
    rng, calendar = chunk.rng, chunk.calendar
    accounts = [
        ("baidu-01", "website", "CNY", 900),
        ("oe-01", "douyin", "CNY", 1500),
        ("xhs-01", "xiaohongshu", "CNY", 1100),
        ("gdt-01", "wechat_oa", "CNY", 700),
        ("ztc-01", "tmall", "CNY", 800),
        ("global-01", "website", "USD", 60),
    ]
    day = np.repeat(np.arange(calendar.days), len(accounts))
    account = np.tile(np.arange(len(accounts)), calendar.days)
    running = campaign_days(calendar)[day]
    runs = (running >= 0) | (account < 3)
    day, account, running = day[runs], account[runs], running[runs]
    count = len(day)
    level = np.array([line[3] for line in accounts])[account] * np.where(running >= 0, 1.8, 0.6)
    cents = np.rint(level * 100 * (0.6 + 0.8 * rng.random(count))).astype(np.int64)
    shown = (cents * (2 + rng.random(count)) / 10).astype(np.int64)
    local = calendar.first_day + day
    campaign = pc.coalesce(take(words.CAMPAIGN_CODES, running), constant("always_on", count))
    chunk.add(
        Rows(
            "ads.daily_spend",
            {
                "spend_date": pa.array(local),
                "channel_code": take([line[1] for line in accounts], account),
                "cost": money(cents),
                "account": take([line[0] for line in accounts], account),
                "campaign": campaign,
                "impressions": integers(shown),
                "clicks": integers(shown * rng.integers(8, 30, count) // 1000),
                "currency": take([line[2] for line in accounts], account),
            },
            np.full(count, NOBODY),
        )
    )
