"""What people agreed to, held against an oracle and against what the sample planted."""

from __future__ import annotations

import json
from typing import Any

from builds import Build
from oracles.cases import SAMPLE, assert_same, both, case_of, random_case, sample_case
from oracles.consents import TABLE, purposes

BASE = "staging.base_privacy__consents"


@both
def test_the_newest_word_of_all_identifiers_of_a_person_counts(built: Build, dataset: str) -> None:
    case = case_of(dataset, built)
    found = {
        (row["user_key"], row["purpose"]): (row["is_granted"], row["changed_at"])
        for row in case.rows("select * from intermediate.int_person_consents")
    }
    expected = {
        place: said
        for place, said in case.world.consents.items()
        if place[0] in {user for user, _ in found}
    }
    assert_same(found, expected)
    said = [place for place, (_, changed_at) in found.items() if changed_at is not None]
    assert len({user for user, _ in said}) > 100
    assert {found[place][0] for place in said} == {True, False}
    assert len(found) == len(purposes()) * len({user for user, _ in found})
    everybody = case.rows("select user_key from vault.int_users_seen")
    assert {user for user, _ in found} == {row["user_key"] for row in everybody}


@both
def test_consents_are_accepted_refused_and_erased_as_the_oracle_says(
    built: Build, dataset: str
) -> None:
    case = case_of(dataset, built)
    landing = case.world.landing
    found: dict[str, int] = {"received": 0}
    for row in case.rows(
        f"select record_status, reason_code, count(*) as records from {BASE} group by all"
    ):
        name = " ".join(filter(None, [row["record_status"], row["reason_code"]]))
        found[name] = row["records"]
        found["received"] += row["records"]
    expected = {name: count for name, count in landing.outcomes[TABLE].items() if count}
    assert_same(found, expected)
    keys = {
        row["record_key"]: row["record_status"]
        for row in case.rows(f"select * from {BASE} where record_status in ('accepted', 'erased')")
    }
    assert_same(
        keys,
        {
            record.key: "erased" if record.is_erased else "accepted"
            for record in landing.records[TABLE]
        },
    )


def test_one_identifier_in_two_spellings_is_one_and_wrong_consents_are_told() -> None:
    outcomes = random_case().world.landing.outcomes[TABLE]
    assert outcomes["duplicate"] > 20
    assert outcomes["erased"] > 20
    for reason in ("unknown_identifier_type", "invalid_identifier_value", "unknown_purpose"):
        assert outcomes[f"quarantined {reason}"] >= 1, reason


def test_what_erased_people_agreed_to_names_nobody() -> None:
    rows = random_case().rows(f"select * from {BASE} where record_status = 'erased'")
    assert rows
    assert all(str(row["identifier_value"]).startswith("erased:") for row in rows)


def test_what_the_sample_planted_is_found(built: Build) -> None:
    case = sample_case(built)
    truth: dict[str, Any] = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    users = {
        (row["identifier_type"], row["identifier_value"]): row["user_id"]
        for row in case.rows("select * from vault.identity_map")
    }
    found = {
        (f"{row['user_key']:016x}", row["purpose"]): row["is_granted"]
        for row in case.rows("select * from intermediate.int_person_consents")
    }
    planted = {
        (users[(kind, value)], purpose): is_granted
        for (kind, _, value), purpose, is_granted in truth["consents"]
    }
    assert len(planted) > 200
    assert_same({place: found[place] for place in planted}, planted)
