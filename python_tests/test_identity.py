"""Persons against connected components of networkx, and against the people that the sample was made of."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import PROJECT, Build, green, run_dbt
from oracles.cases import (
    SAMPLE,
    Case,
    assert_same,
    both,
    case_of,
    differences,
    partition,
    random_case,
    sample_case,
    secret_of,
)
from oracles.definitions import identifier_rules, per_person_limits
from oracles.landing import as_id
from oracles.people import (
    TIME_COLUMNS,
    Identifier,
    identifier_key,
    identifiers_of,
    person_of,
    scope_of,
)
from oracles.random_root import random_root
from oracles.world import World

PERSON_OF_RECORD = """
    select source_record_id as record_id, user_id from marts.fct_touchpoints
    union select order_id, user_id from marts.fct_orders
    union select send_id, user_id from marts.fct_outreach_sends
    union select score_id, user_id from marts.fct_satisfaction_scores"""


def persons_built(case: Case) -> dict[str, str | None]:
    """Person of every record that a mart shows."""
    found: dict[str, str | None] = {}
    for row in case.rows(PERSON_OF_RECORD):
        assert found.setdefault(row["record_id"], row["user_id"]) == row["user_id"], row
    return found


def persons_expected(world: World) -> dict[str, str | None]:
    """Person of every record that the marts can show."""
    found: dict[int, int | None] = {touch.record.key: touch.person for touch in world.touches}
    found |= {order.record.key: order.person for order in world.orders}
    found |= {score.record.key: score.person for score in world.scores}
    for send in world.landing.in_scope("outreach.sends"):
        found[send.key] = person_of(world.people, "outreach.sends", identifiers_of(send))
    return {str(as_id(key)): as_id(person) for key, person in found.items()}


@both
def test_records_fall_into_the_same_persons_as_connected_components(
    dataset: str, built: Build
) -> None:
    case = case_of(dataset, built)
    found, expected = persons_built(case), persons_expected(case.world)
    assert found.keys() == expected.keys()
    nobody = {record for record, person in expected.items() if person is None}
    assert {record for record, person in found.items() if person is None} == nobody
    assert nobody, "the dataset should hold records of nobody"
    known = expected.keys() - nobody
    one = partition((record, found[record]) for record in known)
    other = partition((record, expected[record]) for record in known)
    assert one == other, differences(
        {record: found[record] for record in known}, {record: expected[record] for record in known}
    )


@both
def test_a_person_is_called_by_the_earliest_identifier(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    assert_same(persons_built(case), persons_expected(case.world))


@both
def test_dim_users_counts_what_belongs_to_each_person(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    people = case.world.people
    expected: dict[str, dict[str, Any]] = {}
    for (table, carried), records in people.sets.items():
        person = as_id(person_of(people, table, carried))
        if person is None:
            continue
        column = TIME_COLUMNS.get(table, "event_time")
        moments = [r[column] or r["loaded_at"] for r in records]
        row = expected.setdefault(person, {"first": [], "touches": []})
        row["first"] += [moment for moment in moments if moment is not None]
    for touch in case.world.touches:
        if touch.person is not None:
            expected[str(as_id(touch.person))]["touches"].append(touch)
    identifiers: dict[str, list[Identifier]] = defaultdict(list)
    for identifier, key in people.person.items():
        identifiers[str(as_id(key))].append(identifier)
    wanted = {
        person: {
            "first_seen_at": min(row["first"], default=None),
            "last_seen_at": max(row["first"], default=None),
            "channel_count": len({touch.channel for touch in row["touches"]}),
            "touchpoint_count": len(row["touches"]),
            "identifier_count": len(identifiers[person]),
            "is_known": any(identifier_rules()[i[0]][0] for i in identifiers[person]),
        }
        for person, row in expected.items()
    }
    columns = ", ".join(next(iter(wanted.values())))
    found = {
        row.pop("user_id"): row
        for row in case.rows(f"select user_id, {columns} from marts.dim_users")
    }
    assert_same(found, wanted)


@both
def test_identity_summary_counts_every_identifier(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    people = case.world.people
    wanted = {}
    for kind in {identifier[0] for identifier in people.standing}:
        mine = [i for i in people.standing if i[0] == kind]
        standings = Counter(people.standing[i] for i in mine)
        wanted[kind] = {
            "identifier_count": len(mine),
            "user_count": len({people.person[i] for i in mine if i in people.person}),
            "blocked_count": standings["blocked"],
            "shared_count": standings["shared"],
        }
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select identifier_type, {columns} from marts.identity_summary")
    assert_same({row.pop("identifier_type"): row for row in rows}, wanted)


@both
def test_the_map_shows_every_identifier_with_its_person(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    people = case.world.people
    wanted = {
        identifier: {"user_id": as_id(people.person.get(identifier)), "standing": standing}
        for identifier, standing in people.standing.items()
    }
    rows = case.rows(
        "select identifier_type, identifier_scope, identifier_value, user_id, standing from vault.identity_map"
    )
    found = {
        (row.pop("identifier_type"), row.pop("identifier_scope"), row.pop("identifier_value")): row
        for row in rows
    }
    assert_same(found, wanted)


def refusal(world: World, one: Identifier, other: Identifier) -> str | None:
    """Why two identifiers that stood in one record are two persons, None where they are one."""
    people = world.people
    standings = {people.standing[one], people.standing[other]}
    if "blocked" in standings:
        return "blocked_value"
    if people.person[one] == people.person[other]:
        return None
    if "shared" in standings:
        return "shared_identifier"
    is_strong = identifier_rules()[one[0]][0] and identifier_rules()[other[0]][0]
    return "per_person_limit" if is_strong else "weak_identifier"


@both
def test_every_pair_of_a_record_is_a_link_that_counts_or_says_why_not(
    dataset: str, built: Build
) -> None:
    case = case_of(dataset, built)
    wanted = {
        frozenset((one, other)): {"refusal_reason": refusal(case.world, one, other)}
        for _, carried in case.world.people.sets
        for one, other in combinations(carried, 2)
    }
    rows = case.rows("select * from vault.identity_links where rule_code = 'same_record'")
    found = {
        frozenset(
            tuple(row[f"{end}identifier_{part}"] for part in ("type", "scope", "value"))
            for end in ("", "other_")
        ): {"refusal_reason": row["refusal_reason"]}
        for row in rows
    }
    assert_same(found, wanted)
    assert all((row["status"] == "counted") == (row["refusal_reason"] is None) for row in rows)


def test_a_crowd_beyond_a_limit_is_told_as_a_conflict() -> None:
    """Every refused join with too many of one limit is told, as a chain of those who meet in it; nothing else is."""
    case = random_case()
    told = case.rows(
        "select * from vault.identity_conflicts where conflict_type = 'per_person_limit'"
    )
    wanted: dict[frozenset[Identifier], int] = {}
    for joined in case.world.people.refused:
        for kind, limit in per_person_limits().items():
            crowd = sorted(
                (identifier for identifier in joined if identifier[0] == kind),
                key=lambda identifier: identifier_key(case.world.landing.secret, identifier),
            )
            if len(crowd) > limit:
                for pair in map(frozenset, pairwise(crowd)):
                    wanted[pair] = max(len(crowd), wanted.get(pair, 0))
    found = {
        frozenset(
            tuple(row[f"{end}identifier_{part}"] for part in ("type", "scope", "value"))
            for end in ("", "other_")
        ): row["observed_count"]
        for row in told
    }
    assert told
    assert found == wanted
    assert len(told) == len(found)
    assert all(row["observed_count"] > row["limit_count"] for row in told)
    assert all(row["user_id"] != row["other_user_id"] for row in told)


def test_the_random_dataset_leans_on_every_rule() -> None:
    """Without these the comparison would prove little."""
    people = random_case().world.people
    sizes = Counter(Counter(people.person.values()).values())
    assert max(sizes) >= 400, "a chain of 401 identifiers is one person"
    assert sum(1 for size in sizes if size >= 300) >= 2
    standings = Counter(
        (identifier[0], standing) for identifier, standing in people.standing.items()
    )
    for kind in ("phone", "member_no", "visitor_id", "device_id"):
        for standing in ("linking", "shared", "blocked"):
            assert standings[kind, standing] > 0, (kind, standing)


@pytest.mark.slow
def test_another_order_of_the_records_gives_the_same_persons(tmp_path: Path) -> None:
    raw_root = random_root(tmp_path / "raw", shuffled=7)
    selected = ("build", "--resource-type", "model", "--resource-type", "seed", "-s")
    command = (*selected, "+int_identifier_sets_resolved")
    second = green(run_dbt(tmp_path, command, {"TOUCHPOINT_RAW_ROOT": str(raw_root)}))
    first = random_case().build
    assert secret_of(first) == secret_of(second)
    # a set of identifiers is named by a hash of them, so the same set has the same key in both builds
    query = "select identifier_set_key, profile_key, user_key from vault.int_identifier_sets_resolved order by all"
    persons = first.rows(query)
    assert len(persons) > 3000
    assert persons == second.rows(query)


@pytest.mark.parametrize(
    ("person", "erased", "faults"),
    [(99, (), 1), (99, (5,), 0), (5, (), 0), (6, (5,), 2)],
)
def test_a_shared_identifier_may_be_called_anew_once_it_was_erased(
    person: int, erased: tuple[int, ...], faults: int
) -> None:
    """The check of shared identifiers on one, 5, beside a member 6: its person, what was erased, the faults told."""
    sql = (PROJECT / "tests" / "shared_identifiers_link_nobody.sql").read_text(encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute(
            "create table int_identifiers_resolved as select * from"
            f" (values (5, {person}, 'shared'), (6, 6, 'linking')) as t(identifier_key, user_key, standing);"
            "create table int_override_groups (identifier_key bigint);"
            "create table int_identity_links (node bigint, neighbour bigint);"
            "create table int_erasures (erased_kind varchar, one_key bigint)"
        )
        for key in erased:
            connection.execute("insert into int_erasures values ('identifier', ?)", [key])
        found = connection.execute(re.sub(r"{{ ref\('(\w+)'\) }}", r"\1", sql)).fetchall()
    assert len(found) == faults, found


# ------------------------------------------------------------------ the people of the sample


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))


@cache
def vault_persons(case: Case) -> dict[Identifier, str]:
    """Person of every identifier that has one, as the vault has it."""
    rows = case.rows(
        "select identifier_type, identifier_scope, identifier_value, printf('%016x', user_key) as user_id "
        "from vault.int_identifiers_resolved "
        "inner join vault.int_identifiers_observed using (identifier_key, identifier_type) "
        "where user_key is not null"
    )
    return {
        (row["identifier_type"], row["identifier_scope"], row["identifier_value"]): row["user_id"]
        for row in rows
    }


def test_at_least_95_percent_of_the_true_phone_bridges_are_found(
    built: Build, truth: dict[str, Any]
) -> None:
    persons = vault_persons(sample_case(built))
    crossed = 0
    for bridge in truth["phone_bridges"]:
        kind, scope, value = bridge["identifier"]
        member = persons.get(("member_no", "", bridge["member_no"]))
        crossed += member is not None and member == persons.get(
            (kind, scope_of(kind, scope or None), value)
        )
    assert crossed >= 0.95 * len(truth["phone_bridges"]), (
        f"{crossed} of {len(truth['phone_bridges'])}"
    )


def test_no_falsely_shared_value_merges_two_people(built: Build, truth: dict[str, Any]) -> None:
    persons = vault_persons(sample_case(built))
    for shared in [*truth["shared_phones"], *truth["shared_devices"]]:
        members = [persons.get(("member_no", "", member)) for member in shared["members"]]
        known = [member for member in members if member is not None]
        assert len(set(known)) == len(known) > 1, shared


def test_every_pair_of_identifiers_in_one_person_is_truly_of_one_person(
    built: Build, truth: dict[str, Any]
) -> None:
    owner: dict[Identifier, set[int]] = defaultdict(set)
    for number, identifiers in enumerate(truth["people"]):
        for kind, scope, value in identifiers:
            owner[kind, scope_of(kind, scope or None), value].add(number)
    groups: dict[str, list[Identifier]] = defaultdict(list)
    for identifier, person in vault_persons(sample_case(built)).items():
        if identifier_rules()[identifier[0]][0] and len(owner[identifier]) == 1:
            groups[person].append(identifier)
    pairs = [pair for group in groups.values() for pair in combinations(group, 2)]
    wrong = [pair for pair in pairs if owner[pair[0]] != owner[pair[1]]]
    assert len(pairs) > 1000
    assert not wrong, f"precision {1 - len(wrong) / len(pairs):.4f}: {wrong[:5]}"
