"""Profiles and cohorts the plain way: data frames of touches and orders, one person at a time where rules decide."""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from oracles.definitions import seed
from oracles.funnels import wilson
from oracles.interactions import Touch
from oracles.landing import business_date
from oracles.metrics import PASSIVE, after, items_of_orders
from oracles.orders import Order
from oracles.texts import feelings, lexicon, spelt

if TYPE_CHECKING:
    from oracles.world import World

YEAR = 365
HALF_YEAR = 180
AGES = (0, 1, 3, 7, 14, 30, 60, 90, 180)
WINDOWS = (30, 90, 180)
TENTH_OF_A_THOUSANDTH = Decimal("0.0001")
ALL = "(all)"


@dataclass(frozen=True)
class Deed:
    """One touch of a known person, with its local time."""

    person: int
    key: int
    at: datetime
    day: date
    hour: int
    channel: str
    code: str
    kind: str
    category: str | None

    @property
    def is_activity(self) -> bool:
        """True for what people do, false for what happens to them."""
        return self.kind not in PASSIVE


def deeds(world: World, as_of: datetime) -> dict[int, list[Deed]]:
    """What each known person did, or had done to them, until a time."""
    category = {
        record["item_id"]: record["category"] for record in world.landing.in_scope("catalog.items")
    }
    found: dict[int, list[Deed]] = defaultdict(list)
    for touch in world.touches:
        if touch.person is not None and touch.at <= as_of:
            found[touch.person].append(_deed(touch, category))
    return found


def _deed(touch: Touch, category: dict[Any, Any]) -> Deed:
    # the business day of these datasets is eight hours ahead of UTC all year
    return Deed(
        touch.person or 0,
        touch.key,
        touch.at,
        business_date(touch.at),
        (touch.at + timedelta(hours=8)).hour,
        touch.channel,
        touch.code,
        touch.kind,
        category.get(touch.item),
    )


def is_purchase(order: Order) -> bool:
    """True for a paid order that was not given back in full."""
    return order.is_paid and not order.is_refunded_in_full


def order_frame(world: World, as_of: datetime) -> pd.DataFrame:
    """Paid orders and returns of known persons until a time."""
    rows = [
        (order.person, business_date(order.at), order.net, is_purchase(order))
        for order in world.orders
        if order.person is not None and (order.is_paid or order.is_return) and order.at <= as_of
    ]
    return pd.DataFrame(rows, columns=["person", "day", "net", "is_purchase"])


def fifths(values: pd.Series) -> pd.Series:
    """1 to 5 by the share of the others that are smaller, in whole numbers."""
    others = max(1, len(values) - 1)
    return (1 + 5 * (values.rank(method="min").astype(int) - 1) // others).clip(upper=5)


def rfm(orders: pd.DataFrame, today: date) -> dict[int, dict[str, Any]]:
    """Recency, frequency and money of everyone with an order, and the scores of those who bought in the year."""
    bought = orders[orders["is_purchase"]]
    last = bought.groupby("person")["day"].max()
    since = today - timedelta(days=YEAR)
    recent = orders[orders["day"] > since]
    count = recent[recent["is_purchase"]].groupby("person").size()
    rows: dict[int, dict[str, Any]] = {}
    for person in orders["person"].unique():
        mine = recent[recent["person"] == person]
        day = last.get(person)
        rows[int(person)] = {
            "recency_days": None if day is None else (today - day).days,
            "last_ordered_date": day,
            "order_count": int(count.get(person, 0)),
            "net_amount": sum((net for net in mine["net"] if net is not None), Decimal(0)),
        }
    buyers = pd.DataFrame.from_dict(
        {person: row for person, row in rows.items() if row["order_count"]}, orient="index"
    )
    if len(buyers):
        scores = pd.DataFrame(
            {
                "recency_score": fifths(-buyers["recency_days"].astype(int)),
                "frequency_score": fifths(buyers["order_count"].astype(int)),
                "monetary_score": fifths(buyers["net_amount"].astype(float)),
            }
        )
        for person, row in scores.iterrows():
            rows[int(person)] |= {name: int(value) for name, value in row.items()}
    return rows


def segment(scores: dict[str, Any], industry: str = "retail") -> str:
    """Segment of three scores; of none, the class of those who bought nothing."""
    for row in seed("rfm_segments", industry):
        spans = [
            (scores.get(f"{name}_score"), row[f"{name}_from"], row[f"{name}_to"])
            for name in ("recency", "frequency", "monetary")
        ]
        if all(
            (score is None and low is None)
            or (score is not None and low is not None and int(low) <= score <= int(str(high)))
            for score, low, high in spans
        ):
            return str(row["segment_code"])
    raise ValueError(scores)


def stage(days: list[date], today: date) -> str | None:
    """Stage of life of someone who was active on some days (in order)."""
    if not days:
        return None
    idle = (today - days[-1]).days
    if idle > 180:
        return "lost"
    if idle > 60:
        return "lapsing"
    if (today - days[0]).days <= 30:
        return "new"
    for before, day in pairwise(days):
        if (day - before).days > 180 and (today - day).days <= 90:
            return "won_back"
    return "active"


def segments(world: World, as_of: datetime) -> dict[int, tuple[str, str | None]]:
    """Class by orders and stage of life of everyone with a touch."""
    today = business_date(as_of)
    bought = rfm(order_frame(world, as_of), today)
    found = {}
    for person, mine in deeds(world, as_of).items():
        days = sorted({deed.day for deed in mine if deed.is_activity})
        found[person] = (segment(bought.get(person, {})), stage(days, today))
    return found


def intent(mine: list[Deed], today: date, industry: str = "retail") -> float:
    """Purchase intent at the end of a day: without the rounding to twelve digits."""
    total = Decimal(0)
    for row in seed("intent_weights", industry):
        weight, half = float(str(row["weight"])), float(str(row["half_life_days"]))
        groups: dict[Any, int] = defaultdict(int)
        for deed in mine:
            if deed.kind == row["interaction_type"]:
                groups[deed.channel, deed.code, deed.category, deed.day, deed.hour] += 1
        points = sum(
            count * weight * 0.5 ** ((today - cell[3]).days / half)
            for cell, count in groups.items()
        )
        total += min(Decimal(str(row["max_points"])), Decimal(points))
    return float(total)


@functools.cache
def kind_of_channel() -> dict[str, str | None]:
    """Who owns the space of each channel."""
    return {str(row["channel_code"]): row["channel_kind"] for row in seed("channels")}


def counts(row: dict[str, Any], deed: Deed, today: date) -> bool:
    """True where a deed counts for a row of the seed of tag rules."""
    wanted = (
        ("interaction_type", deed.kind),
        ("touchpoint_code", deed.code),
        ("channel_code", deed.channel),
        ("channel_kind", kind_of_channel()[deed.channel]),
        ("item_category", deed.category),
    )
    if any(row[name] is not None and row[name] != value for name, value in wanted):
        return False
    return row["within_days"] is None or (today - deed.day).days < int(row["within_days"])


def tags(mine: list[Deed], today: date, industry: str = "retail") -> dict[str, dict[str, Any]]:
    """Tags that someone has, with what speaks for them."""
    conditions: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in seed("tag_rules", industry):
        conditions[str(row["tag_code"])][str(row["condition_number"])].append(dict(row))
    found = {}
    for tag, numbered in conditions.items():
        evidence: list[Deed] = []
        is_met = True
        for rows in numbered.values():
            matched = [deed for deed in mine if any(counts(row, deed, today) for row in rows)]
            least, most = rows[0]["min_count"], rows[0]["max_count"]
            if least is not None:
                is_met &= len(matched) >= int(least)
                evidence += matched
            if most is not None:
                is_met &= len(matched) <= int(most)
        if is_met:
            found[tag] = {
                "evidence_count": len(evidence),
                "first_at": min(deed.at for deed in evidence),
                "last_at": max(deed.at for deed in evidence),
            }
    return found


def measures(
    world: World, as_of: datetime, masked: dict[int, str]
) -> dict[tuple[int, str], Decimal]:
    """What rules of risks are held against, by (person, measure)."""
    today = business_date(as_of)
    since = today - timedelta(days=HALF_YEAR)
    weights = lexicon()
    found: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for person, mine in deeds(world, as_of).items():
        days = {deed.day for deed in mine if deed.is_activity}
        if days:
            found[person, "days_since_active"] = Decimal((today - max(days)).days)
        ages = [(today - day).days for day in days]
        usual = sum(30 <= age < 120 for age in ages)
        if usual >= 3:
            share = 1 - Fraction(3 * sum(age < 30 for age in ages), usual)
            found[person, "activity_drop"] = _rounded(share)
        recent = [deed for deed in mine if deed.day > since]
        sent = sum(deed.kind == "send" for deed in recent)
        if sent and not any(deed.kind in ("open", "click", "respond") for deed in recent):
            found[person, "unanswered_send_count"] = Decimal(sent)
        for deed in recent:
            if deed.kind == "unfollow":
                found[person, "unfollow_count"] += 1
            elif deed.kind in ("refund", "return"):
                found[person, "return_count"] += 1
    bought: dict[int, set[date]] = defaultdict(set)
    for row in order_frame(world, as_of).itertuples():
        if row.is_purchase:
            bought[int(row.person)].add(row.day)
    for person, dates in bought.items():
        if len(dates) > 1:
            gaps = Fraction((max(dates) - min(dates)).days, len(dates) - 1)
            found[person, "order_gaps_passed"] = _rounded((today - max(dates)).days / gaps)
    for score in world.scores:
        is_low = score.scaled is not None and score.scaled <= Fraction(3, 10)
        if score.person is not None and is_low and _counts(score.at, since, as_of):
            found[score.person, "low_score_count"] += 1
    for text in world.texts:
        if text.person is None or not _counts(text.at, since, as_of):
            continue
        if feelings(spelt(masked[text.key]), weights)[0] < 0:
            found[text.person, "negative_text_count"] += 1
    for case in world.cases:
        row = world.case_rows[case.key]
        if case.person is None or not _counts(case.opened, since, as_of):
            continue
        for name, is_so in (
            ("complaint_count", row["is_complaint"]),
            ("open_complaint_count", row["is_complaint"] and not row["is_resolved"]),
            ("late_reply_count", row["is_first_response_in_sla"] is False),
        ):
            found[case.person, name] += int(bool(is_so))
        found[case.person, "reopen_count"] += int(str(row["reopen_count"]))
    return {key: value for key, value in found.items() if value or "_count" not in key[1]}


def _counts(at: datetime, since: date, as_of: datetime) -> bool:
    return at <= as_of and business_date(at) > since


def _rounded(share: Fraction | float) -> Decimal:
    exact = Fraction(share)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        TENTH_OF_A_THOUSANDTH, ROUND_HALF_UP
    )


def reasons(found: dict[tuple[int, str], Decimal]) -> dict[tuple[int, str, str], int]:
    """Points by (person, risk, reason)."""
    result = {}
    for (person, measure), value in found.items():
        for row in seed("risk_rules"):
            low, below = Decimal(str(row["min_value"])), Decimal(row["below_value"] or "Infinity")
            if row["measure_code"] == measure and low <= value < below:
                key = (person, str(row["risk_code"]), str(row["reason_code"]))
                result[key] = int(str(row["points"]))
    return result


def _preferred(weights: dict[Any, tuple[Any, ...]]) -> Any:
    """The heaviest; of equals the latest, then the least."""
    most = max(weights.values(), default=None)
    return min((key for key, weight in weights.items() if weight == most), default=None)


def preferences(world: World, as_of: datetime) -> dict[int, dict[str, Any]]:
    """Preferred channel, hour and category of each person."""
    today = business_date(as_of)
    since = today - timedelta(days=YEAR)
    items = items_of_orders(world)
    category = {
        record["item_id"]: record["category"] for record in world.landing.in_scope("catalog.items")
    }
    bought: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for order in world.orders:
        if order.person is None or not is_purchase(order) or order.at > as_of:
            continue
        if business_date(order.at) > since:
            for item in items[order.record.key]:
                if category.get(item) is not None:
                    bought[order.person].append((category[item], order.at))
    acted = deeds(world, as_of)
    rows: dict[int, dict[str, Any]] = {}
    for person in acted.keys() | bought.keys():
        all_time = [deed for deed in acted.get(person, []) if deed.is_activity]
        mine = [deed for deed in all_time if deed.day > since]
        channels, hours, interests = {}, {}, {}
        for name in {deed.channel for deed in mine}:
            there = [deed for deed in mine if deed.channel == name]
            last = max(deed.at for deed in there)
            channels[name] = (len({deed.day for deed in there}), len(there), last)
        for hour in {deed.hour for deed in mine}:
            then = [deed.at for deed in mine if deed.hour == hour]
            hours[hour] = (len(then), max(then))
        seen = [(deed.category, deed.at) for deed in mine if deed.category is not None]
        for name in {one for one, _ in seen + bought[person]}:
            times = [at for one, at in seen + bought[person] if one == name]
            interests[name] = (len(times), max(times))
        rows[person] = {
            "preferred_channel_code": _preferred(channels),
            "preferred_hour": _preferred(hours),
            "preferred_category": _preferred(interests),
            "active_channel_count": len({deed.channel for deed in all_time}),
        }
    return rows


def profiles(
    world: World, people: list[int], as_of: datetime, masked: dict[int, str]
) -> dict[int, dict[str, Any]]:
    """A profile for each of some persons."""
    today = business_date(as_of)
    acted = deeds(world, as_of)
    bought = rfm(order_frame(world, as_of), today)
    liked = preferences(world, as_of)
    points: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    for (person, risk, reason), number in reasons(measures(world, as_of, masked)).items():
        points[person, risk][reason] = number
    rows: dict[int, dict[str, Any]] = {}
    for person in people:
        mine = acted.get(person, [])
        days = sorted({deed.day for deed in mine if deed.is_activity})
        row: dict[str, Any] = {
            "recency_days": None,
            "last_ordered_date": None,
            "order_count": 0,
            "net_amount": Decimal(0),
            "recency_score": None,
            "frequency_score": None,
            "monetary_score": None,
            "preferred_channel_code": None,
            "preferred_hour": None,
            "preferred_category": None,
            "active_channel_count": 0,
        }
        row |= bought.get(person, {})
        row |= liked.get(person, {})
        row |= {
            "as_of_date": today,
            "rfm_segment_code": segment(row),
            "lifecycle_stage": stage(days, today),
            "first_active_date": days[0] if days else None,
            "last_active_date": days[-1] if days else None,
            "active_day_count": len(days),
            "activity_tags": sorted(tags(mine, today)) or None,
            "intent_score": intent(mine, today),
        }
        for risk in ("churn", "dissatisfaction"):
            told = points.get((person, risk), {})
            is_told = risk != "churn" or bool(days)
            order = sorted(told, key=lambda reason: (-told[reason], reason))
            row[f"{risk}_risk"] = min(100, sum(told.values())) / 100 if is_told else None
            row[f"{risk}_reasons"] = (order or None) if is_told else None
        rows[person] = row
    return rows


def percentiles(scores: dict[int, float]) -> dict[int, float]:
    """Share of the others with a lower score."""
    ranks = pd.Series(scores).rank(method="min") - 1
    return {int(person): rank / max(1, len(scores) - 1) for person, rank in ranks.items()}


def retention(
    world: World, as_of: datetime, min_sample: int = 30
) -> dict[tuple[str, date, int], dict[str, Any]]:
    """The rows of the cohorts of retention by (channel, month, age)."""
    today = business_date(as_of)
    cohorts: dict[tuple[str, date], list[set[int]]] = defaultdict(list)
    for mine in deeds(world, as_of).values():
        acts = [deed for deed in mine if deed.is_activity]
        if acts:
            first = min(acts, key=lambda deed: (deed.at, deed.channel))
            ages = {(deed.day - first.day).days for deed in acts}
            for channel in (first.channel, ALL):
                cohorts[channel, first.day.replace(day=1)].append(ages)
    rows: dict[tuple[str, date, int], dict[str, Any]] = {}
    for (channel, month), members in cohorts.items():
        for age in AGES:
            if after(month) - timedelta(days=1) + timedelta(days=age) > today:
                continue
            exact = sum(age in ages for ages in members)
            rolling = sum(max(ages) >= age for ages in members)
            is_shown = len(members) >= min_sample
            row: dict[str, Any] = {"cohort_size": len(members), "is_suppressed": not is_shown}
            for name, counted in (("", exact), ("rolling_", rolling)):
                low, high = wilson(counted, len(members))
                row |= {
                    f"{name}retained": counted,
                    f"{name}retention_rate": counted / len(members) if is_shown else None,
                    f"{name}retention_rate_low": max(0.0, low) if is_shown else None,
                    f"{name}retention_rate_high": min(1.0, high) if is_shown else None,
                }
            rows[channel, month, age] = row
    return rows


def repurchases(
    orders: pd.DataFrame, today: date, min_sample: int = 30
) -> dict[tuple[date, int], dict[str, Any]]:
    """The rows of the cohorts of repurchase by (month, window), from who ordered when."""
    bought = orders[orders["is_purchase"]].drop_duplicates(["person", "day"]).copy()
    bought["number"] = bought.sort_values("day").groupby("person").cumcount()
    first = bought[bought["number"] == 0].set_index("person")["day"]
    second = bought[bought["number"] == 1].set_index("person")["day"].reindex(first.index)
    rows: dict[tuple[date, int], dict[str, Any]] = {}
    months = first.map(lambda day: day.replace(day=1))
    for month in sorted(set(months)):
        mine = first[months == month]
        for window in WINDOWS:
            again = sum(
                isinstance(second[person], date) and (second[person] - day).days <= window
                for person, day in mine.items()
            )
            is_mature = after(month) - timedelta(days=1) + timedelta(days=window) <= today
            is_shown = is_mature and len(mine) >= min_sample
            low, high = wilson(again, len(mine))
            rows[month, window] = {
                "buyers": len(mine),
                "repurchasers": again,
                "repurchase_rate": again / len(mine) if is_shown else None,
                "repurchase_rate_low": max(0.0, low) if is_shown else None,
                "repurchase_rate_high": min(1.0, high) if is_shown else None,
                "is_mature": is_mature,
                "is_suppressed": len(mine) < min_sample,
            }
    return rows
