"""Profiles and cohorts against plain data frames; published figures; what was planted."""

from __future__ import annotations

import json
from datetime import timedelta

from scipy.stats import spearmanr

from builds import Build
from oracles import profiles as oracle
from oracles.cases import SAMPLE, Case, assert_same, both, case_of
from oracles.landing import as_id, business_date


def people_of(case: Case) -> list[int]:
    """Every person."""
    return [int(row["user_id"], 16) for row in case.rows("select user_id from marts.dim_users")]


def masked_texts(case: Case) -> dict[int, str]:
    """The masked text of each record: masking has tests of its own."""
    rows = case.rows("select record_key, masked_text from intermediate.int_texts_masked")
    return {row["record_key"]: row["masked_text"] for row in rows}


@both
def test_every_profile_is_the_plain_one(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = {
        as_id(person): row
        for person, row in oracle.profiles(
            case.world, people_of(case), case.world.as_of, masked_texts(case)
        ).items()
    }
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select user_id, {columns} from marts.user_profiles")
    assert len(rows) == len(wanted)
    assert_same({row.pop("user_id"): row for row in rows}, wanted)


@both
def test_percentiles_are_the_share_of_the_others_below(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    rows = case.rows("select user_id, intent_score, intent_percentile from marts.user_profiles")
    scores = {int(row["user_id"], 16): row["intent_score"] for row in rows}
    wanted = oracle.percentiles(scores)
    assert_same({int(r["user_id"], 16): r["intent_percentile"] for r in rows}, wanted)


@both
def test_every_tag_has_its_evidence(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    today = business_date(case.world.as_of)
    wanted = {
        (person, tag): evidence
        for person, mine in oracle.deeds(case.world, case.world.as_of).items()
        for tag, evidence in oracle.tags(mine, today).items()
    }
    assert wanted
    rows = case.rows("select * from intermediate.int_person_tags")
    assert_same({(row.pop("user_key"), row.pop("tag_code")): row for row in rows}, wanted)


@both
def test_every_reason_of_a_risk_is_told(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = oracle.reasons(oracle.measures(case.world, case.world.as_of, masked_texts(case)))
    rows = case.rows("select user_id, risk_code, reason_code, points from marts.user_risk_reasons")
    found = {(int(r["user_id"], 16), r["risk_code"], r["reason_code"]): r["points"] for r in rows}
    assert len(found) == len(rows)
    assert_same(found, wanted)


@both
def test_retention_is_counted_day_by_day(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = oracle.retention(case.world, case.world.as_of)
    keys = ("channel_code", "cohort_month_date", "age_days")
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select {', '.join(keys)}, {columns} from marts.retention_cohorts")
    assert len(rows) == len(wanted)
    assert_same({tuple(row.pop(key) for key in keys): row for row in rows}, wanted)


@both
def test_repurchase_is_the_second_day_of_orders(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    frame = oracle.order_frame(case.world, case.world.as_of)
    wanted = oracle.repurchases(frame, business_date(case.world.as_of))
    keys = ("cohort_month_date", "window_days")
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select {', '.join(keys)}, {columns} from marts.repurchase_cohorts")
    assert len(rows) == len(wanted)
    assert_same({tuple(row.pop(key) for key in keys): row for row in rows}, wanted)


def test_who_takes_the_planted_way_to_the_shop_has_its_tag(built: Build) -> None:
    """Favourite on a social channel, consultation, purchase in the shop: all that were planted, and some more."""
    case = case_of("sample", built)
    scenario = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))["scenarios"]["10"]
    members = ", ".join(f"'{member}'" for member in scenario["members"])
    planted = {
        row["user_id"]
        for row in case.rows(
            "select user_id from vault.identity_map where identifier_type = 'member_no'"
            f" and identifier_value in ({members})"
        )
    }
    tagged = case.rows("select user_id from marts.user_tags where tag_code = 'social_to_store'")
    assert len(planted) == scenario["count"] > 0
    assert planted <= {row["user_id"] for row in tagged}


def test_the_more_intent_the_more_orders_follow(built: Build) -> None:
    """Intent as of 90 days before the sample ends, and who orders within 30 days after."""
    case = case_of("sample", built)
    then = case.world.as_of - timedelta(days=90)
    scores = {
        person: oracle.intent(mine, business_date(then))
        for person, mine in oracle.deeds(case.world, then).items()
    }
    places = oracle.percentiles(scores)
    buyers = {
        order.person
        for order in case.world.orders
        if order.is_paid and then < order.at <= then + timedelta(days=30)
    }
    tenths: dict[int, list[bool]] = {}
    for person, place in places.items():
        tenths.setdefault(min(10, 1 + int(10 * place)), []).append(person in buyers)
    rates = [sum(tenths[tenth]) / len(tenths[tenth]) for tenth in sorted(tenths)]
    rank = spearmanr(sorted(tenths), rates)
    assert rank.statistic > 0.6
    assert rates[-1] > 2 * sum(rates) / len(rates)
