"""Lists of actions and audiences, held against an oracle; whom they must never name."""

from __future__ import annotations

import functools

from builds import Build
from oracles.actions import Actions
from oracles.cases import Case, assert_same, both, case_of
from oracles.definitions import seed


@functools.cache
def oracle(case: Case) -> Actions:
    """The oracle of a case; items are those that were recommended, which have an oracle of their own."""
    items = {
        (row["user_key"], row["item_source"]): (row["item_id"], row["reason_item_id"])
        for row in case.rows("select * from intermediate.int_action_items")
    }
    return Actions(
        case.world,
        case.rows("select * from intermediate.int_person_profiles"),
        case.rows("select * from intermediate.int_person_tags"),
        items,
    )


@both
def test_rules_address_whom_the_oracle_addresses(built: Build, dataset: str) -> None:
    case = case_of(dataset, built)
    found = {
        (row["rule_code"], row["user_key"]): {
            "refusal_reason": row["refusal_reason"],
            "item_id": row["item_id"],
            "is_holdout": row["is_holdout"],
        }
        for row in case.rows("select * from intermediate.int_actions_judged")
    }
    assert_same(found, oracle(case).judged())
    reasons = {row["refusal_reason"] for row in found.values()}
    wanted = {
        "sample": {None, "no_consent", "open_complaint", "no_item"},
        "random": {None, "no_consent", "cooling_down", "open_complaint"},
    }
    assert reasons >= wanted[dataset], reasons
    assert {row["is_holdout"] for row in found.values()} == {True, False}


@both
def test_each_person_has_one_ranked_list(built: Build, dataset: str) -> None:
    case = case_of(dataset, built)
    rows = case.rows("select * from marts.next_best_actions")
    found = {(int(row["user_id"], 16), row["action_rank"]): row["rule_code"] for row in rows}
    assert_same(found, oracle(case).ranked())
    assert max(rank for _, rank in found) > 1
    for row in rows:
        assert row["expires_at"] > row["decided_at"]
        for reason in (row["reason"], row["reason_zh"]):
            assert reason
            assert "{" not in reason
        if row["item_id"]:
            assert row["reason"] != row["reason_zh"]


@both
def test_counts_per_rule_add_up(built: Build, dataset: str) -> None:
    case = case_of(dataset, built)
    rows = case.rows("select * from marts.action_rule_counts")
    assert {row["rule_code"] for row in rows} == {r["rule_code"] for r in seed("action_rules")}
    for row in rows:
        counts = {name: value for name, value in row.items() if name.endswith("_count")}
        assert counts.pop("matched_count") == sum(counts.values()), row
    listed = case.rows(
        "select rule_code, count_if(is_holdout) as held_out_count,"
        " count_if(not is_holdout) as action_count from marts.next_best_actions group by all"
    )
    found = {row["rule_code"]: (row["held_out_count"], row["action_count"]) for row in listed}
    for row in rows:
        expected = (row["held_out_count"], row["action_count"])
        assert found.get(row["rule_code"], (0, 0)) == expected


@both
def test_audiences_have_the_members_of_the_oracle(built: Build, dataset: str) -> None:
    case = case_of(dataset, built)
    found = {
        (row["audience_code"], int(row["user_id"], 16)): row["entered_at"]
        for row in case.rows("select * from marts.audiences")
    }
    assert_same(found, oracle(case).members())
    assert len({code for code, _ in found}) >= 3


@both
def test_nobody_without_consent_or_with_an_open_complaint_is_listed(
    built: Build, dataset: str
) -> None:
    case = case_of(dataset, built)
    rules = {str(row["rule_code"]): row for row in seed("action_rules")}
    rows = case.rows("select * from marts.next_best_actions")
    assert len(rows) > 50
    for row in rows:
        person, rule = int(row["user_id"], 16), rules[row["rule_code"]]
        for purpose in ("outreach", str(rule["purpose"])):
            assert case.world.consents[(person, purpose)][0]
        if rule["is_blocked_by_complaint"] == "true":
            assert person not in oracle(case).complaining
