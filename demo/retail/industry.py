"""Retail as the generator sees it: one chunk of people at a time, and what is true of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow.compute as pc

from demo.arrays import Calendar
from demo.bystanders import local_date
from demo.industries import ChunkOfRecords
from demo.people import PLACEHOLDER_PHONES, STAFF_PHONES
from demo.retail import bystanders, contact, registers, selling, shopping, trial
from demo.retail import vocabulary as words
from demo.retail.people import (
    ARTICLE_BUYER,
    FAVOURITE_BUYER,
    NO_BUYER,
    OWN,
    PLATFORMS,
    SHOP_PHONES,
    People,
    make_people,
)

RECORDS_PER_PERSON = 25.5  # 23 where there is no trial
OTHER_RECORDS = 2_200  # catalogue and advertising costs, whatever the number of people
PEOPLE_PER_CHUNK = 20_000
HAS_CONSENTS = True
FEWEST_PEOPLE = 100
CONSTANTS = {
    "staff_phones": STAFF_PHONES,
    "placeholder_phones": PLACEHOLDER_PHONES,
    "shop_phones": SHOP_PHONES,
    "staff_rule": "every record of staff carries one of staff_phones in its phone column",
    "bot_rule": "every record of a bot names Googlebot, Baiduspider, bingbot, Bytespider or "
    "python-requests in its user agent",
}

# Truth type and scope of each kind of identifier.
_IDENTIFIERS = {
    "member_no": ("member_no", ""),
    "own_phone": ("phone", ""),
    "second_phone": ("phone", ""),
    "email": ("email", ""),
    "unionid": ("unionid", ""),
    "openid_mini": ("openid", ""),
    "openid_oa": ("openid", ""),
    "device_id": ("device_id", ""),
    "cookie_0": ("visitor_id", ""),
    "cookie_1": ("visitor_id", ""),
    "tmall": ("buyer_id", "tmall"),
    "jd": ("buyer_id", "jd"),
    "own_shop": ("buyer_id", "own_shop"),
    "platform_user_id": ("platform_user_id", None),
    "contact_id": ("contact_id", ""),
    "contact_id_b": ("contact_id", ""),
}

_REGION_NAMES = [name for name, _ in words.REGIONS]
_LARGE = f"datasets of {trial.FEWEST_PEOPLE:,} people and more; smaller ones do not have it"

SCENARIOS = {
    "2": {
        "title": "satisfaction with the shop drives repurchase; better shops bring 25 % more",
        "planted_in": _LARGE,
        "cell_is": "people whose first receipt is in the treated or the control region, before or "
        "after the action's day; nobody else buys in these regions",
        "repurchased_is": "those of them with a second receipt on a later day, at most 180 days "
        "after the first",
        "answered_is": "those of them with an answer to CSAT-STORE-VISIT (store_visit), given "
        "before the first receipt; high: 4 or 5 of 5",
        "share_before": 0.45,
        "share_after": 0.5625,
        "relative": 0.25,
        "share_of_satisfied": {"before": 0.5, "after": 0.875},
        "repurchase_of": {"satisfied": trial.RETURN_SATISFIED, "others": trial.RETURN_OTHERS},
        "window_days": 180,
        "treated_region": _REGION_NAMES[trial.REGIONS[0]],
        "control_region": _REGION_NAMES[trial.REGIONS[1]],
        "null_is": "45 % of each cell, satisfied or not; half are satisfied, before and after",
    },
    "3": {
        "title": "60 % of buyers come from an official-account article and order in the "
        "mini-program",
        "denominator_is": "people with at least one conversion: an order in ecommerce.orders with "
        "paid_at and without cancelled_at, a store receipt that is not a return, or a contract in "
        "crm.activities; staff, bots and records without a person excluded",
        "numerator_is": "those of them whose first conversion is a paid own_shop order that stands "
        "in mini_program order_submit and order_pay events (by order_no) and who have a wechat_oa "
        "article_read at most 30 days before its order_submit; nobody else among the buyers orders "
        "in the mini-program",
        "path": ["wechat_oa", "mini_program"],
        "null_is": "buyers whose first order is as often on any channel, read or not",
    },
    "10": {
        "title": "favourite on Xiaohongshu, then WeChat consultation, then store purchase",
        "count_is": "people whose first conversion is a store receipt, with exactly two records in "
        "the 95 days before it: a xiaohongshu favourite (social.engagements), then a mini_program "
        "consult, both within 30 days before the receipt; no other touch between",
        "path": ["xiaohongshu", "mini_program", "store"],
        "null_is": "nobody is led that way",
    },
    "12": {
        "title": "an action without any effect; complaints spread evenly over regions",
        "planted_in": _LARGE,
        "complaints_are": "tickets and calls of customers that are complaints; every order and "
        "receipt of a customer has the same chance, whatever its region and day",
        "treated_region": _REGION_NAMES[trial.NO_EFFECT_REGIONS[0]],
        "control_region": _REGION_NAMES[trial.NO_EFFECT_REGIONS[1]],
        "null_is": "the same: there is nothing to leave out",
    },
}


def scenario_dates(calendar: Calendar) -> dict[str, dict[str, str]]:
    """The days of the actions."""
    return {
        "2": {"action_day": str(local_date(trial.action_day(calendar)))},
        "12": {"action_day": str(local_date(trial.no_effect_day(calendar)))},
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
    people = make_people(rng, calendar, base, count, is_null=is_null)
    chunk = shopping.Chunk(rng, calendar, number, people)
    if number == 0:
        registers.make_catalogue(chunk)
        registers.make_advertising(chunk)
        if people.trial is not None:
            trial.make_trial_actions(chunk)
        else:
            trial.make_small_actions(chunk)
    plan = shopping.plan_purchases(chunk)
    shopping.make_website(chunk, plan)
    shopping.make_app(chunk, plan)
    shopping.make_mini_program(chunk, plan)
    orders = selling.make_orders(chunk, plan)
    selling.make_searches(chunk, orders)
    selling.make_stores(chunk, plan)
    contact.make_official_account(chunk)
    contact.make_social(chunk)
    contact.make_outreach(chunk)
    contact.make_service(chunk)
    contact.make_hotline(chunk)
    contact.make_surveys(chunk)
    if people.trial is not None:
        trial.make_experience(chunk, people.trial)
    registers.plan_company_customers(chunk)
    registers.make_members(chunk)
    registers.make_activities(chunk)
    registers.make_contacts(chunk)
    contact.make_community(chunk)
    bystanders.make_bots(chunk)
    bystanders.make_staff(chunk)
    bystanders.make_tablets(chunk)
    return ChunkOfRecords(
        parts=chunk.parts,
        is_planted=people.is_planted,
        load_after={
            "ecommerce.order_items": chunk.notes["item_times"],
            "store.transaction_items": chunk.notes["receipt_item_times"],
        },
        counts={
            "people": _count_people(people),
            **_scenario_counts(chunk),
            "multiline_texts": chunk.notes["multiline_texts"],
        },
        planted=chunk.planted,
        lists=lambda: _truth_lists(chunk),
    )


def _scenario_counts(chunk: shopping.Chunk) -> dict[str, int]:
    """Of a null twin only what is planned: what happens by chance is not counted."""
    people = chunk.people
    buyers = {"scenario_3_denominator": int((people.part != NO_BUYER).sum())}
    if people.trial is not None:
        buyers |= trial.count_trial(chunk, people.trial)
        complaints = chunk.notes["complaints"]
        for position in trial.NO_EFFECT_REGIONS:
            name = words.REGIONS[position][0]
            buyers[f"scenario_12_complaints_{name}"] = int((complaints == position).sum())
        buyers["scenario_12_complaints"] = len(complaints)
    if people.is_null:
        return buyers
    return {
        "scenario_3_numerator": int((people.part == ARTICLE_BUYER).sum()),
        **buyers,
        "scenario_10_count": int((people.part == FAVOURITE_BUYER).sum()),
    }


def _matrix(people: People) -> np.ndarray:
    none = np.zeros(people.count, bool)
    return np.stack([people.seen.get(name, none) for name in _IDENTIFIERS])


def _count_people(people: People) -> int:
    return int(_matrix(people).any(axis=0).sum())


def _identities(people: People) -> Iterator[list[list[str]]]:
    columns = []
    for name, (kind, scope) in _IDENTIFIERS.items():
        if name not in people.ids:
            continue
        values = people.ids[name].to_pylist()
        for person in np.flatnonzero(people.seen.get(name, np.zeros(people.count, bool))):
            where = PLATFORMS[people.platform[person]] if scope is None else scope
            columns.append((int(person), [kind, where, values[person]]))
    columns.sort(key=lambda entry: entry[0])
    person, found = -1, []
    for owner, identifier in columns:
        if owner != person and found:
            yield found
            found = []
        person = owner
        found.append(identifier)
    if found:
        yield found


def _truth_lists(chunk: shopping.Chunk) -> dict[str, list]:
    people = chunk.people
    member_no = people.ids["member_no"].to_pylist()
    phone = people.ids["phone"].to_pylist()

    def members(positions: np.ndarray) -> list[str]:
        return sorted({member_no[position] for position in positions})

    shared_phones = [
        {"phone": phone[group[0]], "kind": "household", "members": members(group)}
        for group in people.households
    ]
    shop_phone, shop_people = chunk.notes["shop_phones"]
    for value in SHOP_PHONES:
        users = shop_people[np.asarray(pc.equal(shop_phone, value))]
        if len(users):
            shared_phones.append({"phone": value, "kind": "shop_number", "members": members(users)})
    devices = people.ids["device_id"].to_pylist()
    shared_devices = [
        {
            "type": tablet["type"],
            "value": tablet["value"],
            "kind": tablet["kind"],
            "members": members(tablet["people"]),
        }
        for tablet in chunk.notes["tablets"]
    ]
    for owner in np.unique(people.shared_device[people.shared_device >= 0]):
        couple = np.flatnonzero(people.shared_device == owner)
        shared_devices.append(
            {
                "type": "device_id",
                "value": devices[owner],
                "kind": "couple",
                "members": members(couple),
            }
        )

    own = people.phone_kind == OWN
    bridges = []
    joins = {
        "openid_mini": own & people.is_member,
        "tmall": people.buyer_by_phone & people.is_member,
        "jd": people.buyer_by_phone & people.is_member,
        "platform_user_id": people.social_by_phone & people.is_member,
    }
    for name, by_phone in joins.items():
        values = people.ids[name].to_pylist()
        kind, scope = _IDENTIFIERS[name]
        for person in np.flatnonzero(
            by_phone & people.seen.get(name, np.zeros(people.count, bool))
        ):
            where = PLATFORMS[people.platform[person]] if scope is None else scope
            bridges.append(
                {
                    "phone": phone[person],
                    "member_no": member_no[person],
                    "identifier": [kind, where, values[person]],
                }
            )
    return {
        "people": list(_identities(people)),
        "shared_phones": shared_phones,
        "shared_devices": shared_devices,
        "phone_bridges": bridges,
        "scenario_3_members": members(np.flatnonzero(people.part == ARTICLE_BUYER)),
        "scenario_10_members": members(np.flatnonzero(people.part == FAVOURITE_BUYER)),
    }
