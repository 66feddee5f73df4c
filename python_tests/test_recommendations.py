"""Affinities, sequences and recommendations, held against an oracle that shares no SQL with them."""

from __future__ import annotations

import functools

from builds import Build
from oracles.cases import Case, assert_same, both, case_of
from oracles.recommendations import Recommender, had, moments, sequences, steps


@functools.cache
def recommender(case: Case) -> Recommender:
    """The oracle of a case."""
    known = case.rows("select user_id, region, customer_tier from marts.dim_users where is_known")
    unknown = "(unknown)"
    segments = {
        int(row["user_id"], 16): f"{row['region'] or unknown} | {row['customer_tier'] or unknown}"
        for row in known
    }
    return Recommender(case.world, segments)


@both
def test_affinities_are_those_of_the_oracle(built: Build, dataset: str) -> None:
    case = case_of(dataset, built)
    rows = case.rows("select * from intermediate.int_item_affinities")
    found = {
        (row["item_id"], row["other_item_id"]): (
            row["affinity_rank"],
            row["user_count"],
            row["gain"],
        )
        for row in rows
    }
    assert_same(found, recommender(case).affinities())
    assert len(found) > 50
    oracle = recommender(case)
    for row in rows:
        assert row["item_user_count"] == oracle.users[row["item_id"]]
        assert row["person_count"] == len(oracle.learned)


@both
def test_recommendations_are_those_of_the_oracle(built: Build, dataset: str) -> None:
    case = case_of(dataset, built)
    rows = case.rows("select * from intermediate.int_item_recommendations")
    found = {
        (row.pop("user_key"), row.pop("recommendation_rank")): dict(sorted(row.items()))
        for row in rows
    }
    expected = {
        place: dict(sorted(row.items()))
        for place, row in recommender(case).recommendations().items()
    }
    assert_same(found, expected)
    assert {row["reason_kind"] for row in found.values()} >= {"together", "popular"}


@both
def test_nobody_is_recommended_what_they_have_or_without_consent(
    built: Build, dataset: str
) -> None:
    case = case_of(dataset, built)
    oracle = recommender(case)
    rows = case.rows("select user_id, item_id from marts.item_recommendations")
    for row in rows:
        person = int(row["user_id"], 16)
        assert row["item_id"] not in oracle.bought.get(person, {})
        assert case.world.consents[(person, "personalisation")][0]
    refused = [
        place
        for place, (granted, _) in case.world.consents.items()
        if place[1] == "personalisation" and not granted
    ]
    assert len(refused) > 20


@both
def test_sequences_are_those_of_the_oracle(built: Build, dataset: str) -> None:
    case = case_of(dataset, built)
    taken = moments(case.world, recommender(case).bought)
    expected = sequences(case.world, taken)
    found = {
        (row["item_kind"], row["from_item_id"], row["to_item_id"]): (
            row["sequence_rank"],
            row["user_count"],
            row["from_user_count"],
        )
        for row in case.rows("select * from marts.item_sequences")
    }
    assert_same(found, expected)
    assert {kind for kind, _, _ in found} >= {"content"}


@both
def test_the_next_item_follows_the_last_one_and_is_new(built: Build, dataset: str) -> None:
    case = case_of(dataset, built)
    oracle = recommender(case)
    taken, ever = moments(case.world, oracle.bought), had(case.world, oracle.bought)
    known = sequences(case.world, taken)
    by_start: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for (kind, one, other), (_, count, _) in known.items():
        by_start.setdefault((kind, one), []).append((-count, other))
    expected = {}
    for (person, kind), mine in taken.items():
        if person not in oracle.segment:
            continue
        if not case.world.consents[(person, "personalisation")][0]:
            continue
        have = ever[(person, kind)]
        options = [
            (count, other, one)
            for one in steps(mine)[-1]
            for count, other in by_start.get((kind, one), ())
            if other not in have
        ]
        if options:
            _, other, one = min(options)
            expected[(person, kind)] = (other, one)
    found = {
        (row["user_key"], row["item_kind"]): (row["item_id"], row["reason_item_id"])
        for row in case.rows("select * from intermediate.int_next_items")
    }
    assert_same(found, expected)
    assert len(found) > 20
