"""Who the people are: which identifiers they have, what they share, and what part they play."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo.arrays import DAY, HOUR, SECOND, Calendar, chance, choose, ids, join, spread, take, text
from demo.people import phones
from demo.retail import vocabulary as words
from demo.retail.trial import BUYER_SHARE as TRIAL_SHARE
from demo.retail.trial import FEWEST_PEOPLE, REGIONS, Trial, plan_trial

# Kinds of people: members have a member number, shoppers a marketplace account and perhaps a
# phone; the others are known by one identifier only.
MEMBER, SHOPPER, PHONE_ONLY, ANON_WEB, ANON_APP, ANON_OA, ANON_MINI, ANON_SOCIAL = range(8)
KIND_SHARES = [0.62, 0.06, 0.02, 0.14, 0.03, 0.05, 0.03, 0.05]

# Parts: who never buys; a buyer by article and mini-program (scenario 3); by Xiaohongshu favourite,
# consultation and shop (scenario 10); any other buyer; a customer of the trial (scenario 2).
NO_BUYER, ARTICLE_BUYER, FAVOURITE_BUYER, OTHER_BUYER, TRIAL_BUYER = range(5)
BUYER_SHARE = 0.40
FAVOURITE_SHARE = 0.08  # of the buyers that are not article buyers

# Where a person may buy.
WEB, APP, MINI, TMALL, JD, STORE = range(6)
PLATFORMS = ["xiaohongshu", "douyin", "weibo", "kuaishou", "bilibili"]

# How the phone of a member stands: an own number; shared with others; never given.
OWN, SHARED, NONE = range(3)

SHOP_PHONES = [f"1391000{number:04d}" for number in range(1, 9)]
QUIET = 95 * DAY  # scenario people do nothing else for this long before their first purchase


@dataclass
class People:
    """The people of one chunk; all arrays are aligned."""

    count: int
    base: int
    kind: np.ndarray
    part: np.ndarray
    phone_kind: np.ndarray
    first_purchase: np.ndarray  # microseconds; 0 for those who never buy
    first_channel: np.ndarray
    has: dict[str, np.ndarray]  # web, app, mini, oa, tmall, jd, store, email, social
    platform: np.ndarray  # position in PLATFORMS, where has["social"]
    region: np.ndarray
    tier: np.ndarray
    shared_device: np.ndarray  # position of the person whose device this person uses, else -1
    households: list[np.ndarray]
    registered: np.ndarray
    is_null: bool
    trial: Trial | None
    buyer_by_phone: np.ndarray  # marketplace accounts link by the phone on the order
    social_by_phone: np.ndarray
    ids: dict[str, pa.Array] = field(default_factory=dict)
    seen: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def is_member(self) -> np.ndarray:
        """Whether the person has a member number."""
        return self.kind == MEMBER

    @property
    def is_planted(self) -> np.ndarray:
        """Whether the person plays a part in scenario 2, 3 or 10."""
        return np.isin(self.part, [ARTICLE_BUYER, FAVOURITE_BUYER, TRIAL_BUYER])

    def may_act(self, person: np.ndarray, moments: np.ndarray) -> np.ndarray:
        """Whether something unplanned may happen: not shortly before a planted first purchase."""
        first = self.first_purchase[person]
        is_quiet = (moments >= first - QUIET) & (moments <= first + 2 * HOUR)
        return ~(self.is_planted[person] & is_quiet)

    def saw(self, name: str, person: np.ndarray) -> None:
        """Note that the identifier of these people stands in a record that counts."""
        known = person[person >= 0]
        if name == "own_phone":
            known = known[self.phone_kind[known] == OWN]
        self.seen.setdefault(name, np.zeros(self.count, bool))[known] = True


def _first_moments(rng: np.random.Generator, calendar: Calendar, count: int) -> np.ndarray:
    """First purchases late enough to have a past within the period, and not in its last hours."""
    earliest, latest = calendar.start + 40 * DAY, calendar.end - 8 * HOUR
    moments = calendar.draw(rng, count)
    for _ in range(6):
        wrong = (moments < earliest) | (moments > latest)
        moments[wrong] = calendar.draw(rng, int(wrong.sum()))
    wrong = (moments < earliest) | (moments > latest)
    moments[wrong] = earliest + rng.integers(0, (latest - earliest) // SECOND, wrong.sum()) * SECOND
    return moments


def opening_hours(calendar: Calendar, moments: np.ndarray, in_shop: np.ndarray) -> np.ndarray:
    """Shift what happens in a shop into its hours (nine to ten in the evening), on the same day."""
    hour = (moments - calendar.start) % DAY // HOUR
    shifted = np.where(
        hour < 9, moments + 10 * HOUR, np.where(hour >= 22, moments - 4 * HOUR, moments)
    )
    return np.where(in_shop, shifted, moments)


def make_people(
    rng: np.random.Generator, calendar: Calendar, base: int, count: int, *, is_null: bool
) -> People:
    """Draw the people ``base`` … ``base + count - 1``; in a null twin all buyers are alike."""
    kind = choose(rng, KIND_SHARES, count)
    member = kind == MEMBER
    has = {
        "web": (member & chance(rng, 0.50, count)) | (kind == ANON_WEB),
        "app": (member & chance(rng, 0.36, count)) | (kind == ANON_APP),
        "mini": (member & chance(rng, 0.35, count)) | (kind == ANON_MINI),
        "oa": (member & chance(rng, 0.35, count)) | (kind == ANON_OA),
        "tmall": (kind == SHOPPER) & (np.arange(count) % 3 != 0),
        "jd": (kind == SHOPPER) & (np.arange(count) % 3 == 0),
        "store": (member & chance(rng, 0.30, count)) | (kind == PHONE_ONLY),
        "email": member & chance(rng, 0.4, count),
        "social": (member & chance(rng, 0.22, count)) | (kind == ANON_SOCIAL),
    }
    platform = np.where(
        member, choose(rng, [0.5, 0.5], count), choose(rng, [0.4, 0.34, 0.12, 0.07, 0.07], count)
    )

    # Parts, by exact counts: three fifths of the buyers are article buyers.
    has_trial = count >= FEWEST_PEOPLE
    fifth = int(count * (TRIAL_SHARE if has_trial else BUYER_SHARE)) // 5
    favourites = max(1, round(2 * fifth * FAVOURITE_SHARE))
    part = np.zeros(count, np.int8)
    members = rng.permutation(np.flatnonzero(member))
    article, favourite = members[: 3 * fifth], members[3 * fifth :][:favourites]
    part[article], part[favourite] = ARTICLE_BUYER, FAVOURITE_BUYER
    rest = members[3 * fifth + favourites :]
    others = np.flatnonzero(
        ((kind == SHOPPER) & chance(rng, 0.85, count))
        | ((kind == PHONE_ONLY) & chance(rng, 0.5, count))
    )
    others = np.concatenate([others, rest])[: 2 * fifth - favourites]
    part[others] = OTHER_BUYER
    if (part > 0).sum() != 5 * fifth:
        raise ValueError("too few members for the planted share; ask for more people")
    if is_null:
        part[part > 0] = OTHER_BUYER
    trial = None
    if has_trial:
        trial = plan_trial(rng, calendar, others[member[others]], is_null=is_null)
        part[trial.person] = TRIAL_BUYER
        rest = rest[part[rest] != TRIAL_BUYER]

    # What is shared: phones of households, devices of couples. Never in scenario 3 or 10.
    phone_kind = np.where(member | (kind == SHOPPER) | (kind == PHONE_ONLY), OWN, NONE)
    pool = rng.permutation(rest)
    sizes = rng.integers(2, 7, max(2, count // 220))
    households = []
    for size in sizes:
        group, pool = np.sort(pool[:size]), pool[size:]
        if len(group) == size:
            households.append(group)
            phone_kind[group] = SHARED
    phone_kind[pool[: count // 60]] = NONE
    pool = pool[count // 60 :]
    couples = pool[: 2 * max(1, count // 250)]
    couples = couples[: len(couples) // 2 * 2].reshape(-1, 2)
    shared_device = np.full(count, -1)
    shared_device[couples[:, 0]] = couples[:, 0]
    shared_device[couples[:, 1]] = couples[:, 0]
    has["app"][couples.ravel()] = True

    first = np.zeros(count, np.int64)
    buyers = part > 0
    first[buyers] = _first_moments(rng, calendar, int(buyers.sum()))
    anywhere = [0.22, 0.20, 0.16, 0.08, 0.06, 0.28]
    channel = choose(rng, anywhere if is_null else [0.26, 0.24, 0, 0.10, 0.07, 0.33], count)
    channel[part == ARTICLE_BUYER] = MINI
    channel[(part == FAVOURITE_BUYER) | (kind == PHONE_ONLY)] = STORE
    channel[has["tmall"] & ~member] = TMALL
    channel[has["jd"] & ~member] = JD
    has["oa"][part == ARTICLE_BUYER] = True
    has["mini"][buyers] &= (part[buyers] != OTHER_BUYER) | chance(rng, 0.4, int(buyers.sum()))
    for name in ("mini", "social"):
        has[name][part == FAVOURITE_BUYER] = True
    has["mini"][part == ARTICLE_BUYER] = True
    platform[part == FAVOURITE_BUYER] = 0

    first = opening_hours(calendar, first, buyers & (channel == STORE))

    # Registered: mostly before the period; planted people well before, or at the till.
    registered = calendar.start - rng.integers(1, 900 * 24, count) * HOUR
    recent = chance(rng, 0.35, count)
    registered = np.where(
        recent & (part == NO_BUYER),
        calendar.start + rng.integers(0, 60 * 24, count) * HOUR,
        registered,
    )
    registered = np.where(
        recent & (part == OTHER_BUYER), first - rng.integers(1, 40 * 24, count) * HOUR, registered
    )
    registered = np.where(part == ARTICLE_BUYER, registered - QUIET, registered)
    registered = np.where(part == FAVOURITE_BUYER, first + 120 * SECOND, registered)

    # In the regions of the trial its customers are the only ones who buy.
    region = choose(rng, [weight for _, weight in words.REGIONS], count)
    if trial is not None:
        channel[trial.person], first[trial.person] = STORE, trial.first_at
        elsewhere = len(REGIONS) + choose(
            rng, [weight for _, weight in words.REGIONS[len(REGIONS) :]], count
        )
        region = np.where(buyers & (region < len(REGIONS)), elsewhere, region)
        region[trial.person] = trial.region

    people = People(
        count=count,
        base=base,
        kind=kind,
        part=part,
        phone_kind=phone_kind,
        first_purchase=first,
        first_channel=channel,
        has=has,
        platform=platform,
        region=region,
        trial=trial,
        tier=choose(rng, [60, 25, 12, 3], count),
        shared_device=shared_device,
        households=households,
        registered=registered,
        is_null=is_null,
        buyer_by_phone=(chance(rng, 0.6, count) & (phone_kind == OWN)) | ~member,
        social_by_phone=(
            (chance(rng, 0.4, count) | (part == FAVOURITE_BUYER)) & (phone_kind == OWN)
        ),
    )
    people.ids = _identifiers(people)
    return people


def _identifiers(people: People) -> dict[str, pa.Array]:
    number = people.base + np.arange(people.count, dtype=np.int64)
    own = people.phone_kind == OWN
    numbers = np.where(own, number, -1)
    phone = phones(np.maximum(numbers, 0))
    household_of = np.full(people.count, -1)
    for group in people.households:
        household_of[group] = people.base + group[0] + 50_000_000
    shared = phones(np.maximum(household_of, 0))
    platform_prefix = take(["xhs", "dy", "wb", "ks", "bili"], people.platform)
    device = np.where(people.shared_device >= 0, people.base + people.shared_device, number)
    none = pa.scalar(None, pa.string())
    return {
        "member_no": ids("M", spread(number, 8, 11), 8),
        "phone": pc.if_else(
            pa.array(own), phone, pc.if_else(pa.array(household_of >= 0), shared, none)
        ),
        "own_phone": pc.if_else(pa.array(own), phone, none),
        "second_phone": phones(number + 25_000_000),
        "email": join(ids("u", spread(number, 8, 77), 8), "@post.demo"),
        "unionid": ids("un", spread(number, 9, 101), 9),
        "openid_mini": ids("mp", spread(number, 9, 202), 9),
        "openid_oa": ids("oa", spread(number, 9, 303), 9),
        "device_id": ids("d", spread(device, 9, 404), 9),
        "cookie_0": ids("c", spread(2 * number, 9, 505), 9),
        "cookie_1": ids("c", spread(2 * number + 1, 9, 505), 9),
        "tmall": ids("tb", spread(number, 9, 606), 9),
        "jd": ids("jd", spread(number, 9, 707), 9),
        "own_shop": ids("qh", spread(number, 8, 808), 8),
        "platform_user_id": join(platform_prefix, text(spread(number, 9, 909), 9)),
        "contact_id": ids("K", spread(number, 8, 33), 8),
        "region": take([name for name, _ in words.REGIONS], people.region),
    }
