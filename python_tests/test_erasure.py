"""Erasure on request: who asked is nowhere to be found, everybody else and every sum is what it was.

Who and what is erased is held against the oracle on the random dataset (here) and by all other oracles with it. On the
sample, people are erased by hand: canaries of them are searched for in every relation and, after `make purge`, in the
bytes of every file.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import NO_TESTS, PROJECT, Build, green, run_dbt
from conftest import Dataset, build_into, run_touchpoints
from oracles.cases import random_case
from oracles.people import identifier_key
from test_incremental import expect_the_same

SAMPLE = PROJECT / "demo" / "raw" / "retail"
# Asia/Shanghai
ASKED_AT = "2025-05-20 12:00:00"
WRITTEN_BEFORE = "answered_at < timestamp '2025-05-20 04:00:00'"
HEADER = ("request_id", "requested_at", "identifier_type", "identifier_value", "platform")

pytestmark = pytest.mark.slow


def test_erased_are_the_records_and_identifiers_that_the_oracle_erases() -> None:
    case = random_case()
    landing, secret = case.world.landing, case.world.landing.secret
    expected = {
        identifier_key(secret, identifier): until
        for identifier, until in landing.erased_until.items()
    }
    assert len(expected) > 50
    found = case.build.rows(
        "select one_key, max(erased_until) from vault.int_erasures"
        " where erased_kind = 'identifier' group by one_key"
    )
    assert dict(found) == expected
    erased_tables = 0
    for table, records in landing.records.items():
        erased = {record.key for record in records if record.is_erased}
        rows = case.build.rows(
            f"select record_key from staging.base_{table.replace('.', '__')}"
            " where record_status = 'erased'"
        )
        assert {key for (key,) in rows} == erased, table
        erased_tables += bool(erased)
    assert erased_tables >= 10


def test_wrong_requests_are_quarantined_with_a_reason() -> None:
    found = random_case().build.rows(
        "select reason_code, count(*) from marts.quarantined_records"
        " where source_table = 'erasure_requests' group by all order by all"
    )
    assert found == [("invalid_identifier_value", 1), ("unknown_identifier_type", 1)]


def built_of(folder: Path, tables: dict[str, str], *selected: str) -> Build:
    """What a build of a selection makes of tables in CSV (system/table → text)."""
    for name, text in tables.items():
        path = folder / "raw" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    told = {"TOUCHPOINT_RAW_ROOT": str(folder / "raw")}
    return green(run_dbt(folder, ("build", "--select", *selected), told))


def test_a_placeholder_in_erased_records_of_two_tables_stops_no_build(tmp_path) -> None:
    """A blocked number is nobody's and stays: what is left of the records has a key that is the same in all tables."""
    rows = {
        "store/visits": "visit_id,store_id,event_time,member_no,phone\nv1,s1,2025-01-01,m1,13800000000\n",
        "store/transactions": "receipt_no,store_id,event_time,amount,member_no,phone\n"
        "r1,s1,2025-01-01,10,m1,13800000000\nr2,s1,2025-01-01,10,m2,13800000000\n",
        "privacy/erasure_requests": "request_id,requested_at,identifier_type,identifier_value\n"
        "q1,2025-02-01,member_no,m1\n",
    }
    build = built_of(
        tmp_path, rows, "+identifier_set_keys_are_unique", "--indirect-selection", "empty"
    )
    kept = build.rows(
        "select phone, identifier_set_key from staging.base_store__visits"
        " intersect select phone, identifier_set_key from staging.base_store__transactions"
    )
    assert [phone for phone, _ in kept] == ["13800000000"]


def test_a_device_of_two_is_not_the_others_once_one_of_them_is_erased(tmp_path) -> None:
    """What was done on it without a login stays nobody's, and is not erased with the other one either."""
    rows = {
        "app/events": "event_id,event_time,device_id,event_name,phone\n"
        "a1,2025-03-01 09:00,D1,app_open,13911110001\na2,2025-03-01 10:00,D1,app_open,13911110002\n"
        "a3,2025-03-01 11:00,D1,app_open,\n"
        "a4,2025-03-01 09:00,D2,app_open,13911110003\na5,2025-03-01 10:00,D2,app_open,13911110004\n"
        "a6,2025-03-01 11:00,D2,app_open,\na7,2025-03-01 11:00,D3,app_open,13911110003\n"
        "a8,2025-04-01 11:00,D3,app_open,13911110004\n",
        "privacy/erasure_requests": "request_id,requested_at,identifier_type,identifier_value\n"
        "q1,2025-03-05,phone,13911110001\nq2,2025-03-06,phone,13911110002\n"
        "q3,2025-03-05,phone,13911110003\n",
    }
    build = built_of(tmp_path, rows, "+identity_map", *NO_TESTS)
    events = dict(
        build.rows("select event_id, record_status = 'erased' from staging.base_app__events")
    )
    assert [event for event, is_erased in events.items() if is_erased] == ["a1", "a2", "a4", "a7"]
    found = {
        value: (standing, user)
        for value, standing, user in build.rows(
            "select identifier_value, standing, user_id from vault.identity_map"
        )
    }
    assert found.keys() == {"D1", "D2", "D3", "13911110004"}
    assert found["D2"][0] == "shared"
    assert len({user for _, user in (found["D1"], found["D2"], found["13911110004"])}) == 3
    # a device of the erased alone begins anew
    assert found["D3"] == ("linking", found["13911110004"][1])


def test_a_chain_between_two_members_is_not_the_others_once_one_of_them_is_erased(tmp_path) -> None:
    """A phone of M1 and a mailbox of M2 that stood in one order are neither's: all three links were refused."""
    rows = {
        "erp/members": "member_no,phone,email,registered_at\n"
        "M1,13911110001,,2025-03-01\nM2,,two@post.demo,2025-03-01\n"
        "M3,13911110003,,2025-03-01\nM4,,four@post.demo,2025-03-01\n",
        "ecommerce/orders": "order_no,created_at,amount,phone,email\n"
        "o1,2025-03-02,10,13911110001,two@post.demo\no2,2025-03-02,10,13911110003,four@post.demo\n",
        "store/visits": "visit_id,store_id,event_time,phone\n"
        "v1,s1,2025-03-03,13911110001\nv3,s1,2025-03-03,13911110003\n",
        "privacy/erasure_requests": "request_id,requested_at,identifier_type,identifier_value\n"
        "q1,2025-03-05,member_no,M1\nq3,2025-03-05,member_no,M3\nq4,2025-03-06,member_no,M4\n",
    }
    build = built_of(tmp_path, rows, "+identity_map", *NO_TESTS)
    members = build.rows(
        "select member_no from staging.base_erp__members where record_status = 'accepted'"
    )
    assert members == [("M2",)]
    visits = build.rows("select record_status from staging.base_store__visits")
    assert visits == [("accepted",), ("accepted",)]
    found = dict(build.rows("select identifier_value, user_id from vault.identity_map"))
    assert found.keys() == {
        "M2", "two@post.demo", "four@post.demo", "13911110001", "13911110003"
    }  # fmt: skip
    assert len(set(found.values())) == 5


# ------------------------------------------------------------------------------- people of the sample


@pytest.fixture(scope="module")
def people(built) -> list[dict[str, Any]]:
    """Two people of the sample with many identifiers who wrote something, all of them, and how they ask."""
    rows = built.rows(
        "select user_id, list(identifier_type || '|' || identifier_value order by identifier_type),"
        " count(*) from vault.identity_map where standing = 'linking' group by user_id"
        " having count(distinct identifier_type) >= 6"
        " and bool_or(identifier_type = 'phone') and bool_or(identifier_type = 'email')"
        " and user_id in (select texts.user_id from marts.fct_feedback_texts as texts"
        f" where {WRITTEN_BEFORE})"
        " order by 3 desc, min(identifier_value) limit 2"
    )
    assert len(rows) == 2
    named = []
    for (user, identifiers, _), wanted in zip(rows, ("phone", "email"), strict=True):
        pairs = [tuple(identifier.split("|", 1)) for identifier in identifiers]
        value = next(value for kind, value in pairs if kind == wanted)
        named.append({"user": user, "identifiers": pairs, "type": wanted, "value": value})
    named[0]["value"] = f"+86 {named[0]['value'][:3]}-{named[0]['value'][3:]}"
    return named


@pytest.fixture(scope="module")
def root(tmp_path_factory, people) -> Path:
    """The sample with the requests of two people, one of them twice, one that names a service number."""
    folder = tmp_path_factory.mktemp("erasure") / "raw"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("truth.json"))
    (folder / "privacy").mkdir(exist_ok=True)
    with open(folder / "privacy" / "erasure_requests.csv", "w", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number, person in enumerate([*people, people[0]]):
            writer.writerow([number, ASKED_AT, person["type"], person["value"], ""])
        writer.writerow(["service", ASKED_AT, "phone", "4008001234", ""])
    return folder


@pytest.fixture(scope="module")
def erased(built, root) -> Dataset:
    """The sample without them, built with the same key and every test, and published."""
    folder = root.parent / "build"
    (folder / "vault").mkdir(mode=0o700, parents=True)
    shutil.copy(built.folder / "vault" / "identity.key", folder / "vault")
    return build_into(folder, raw_root=str(root))


def texts_of(build: Build) -> list[tuple[str, str, str]]:
    """(schema, relation, column) of every text in the database, tables and views."""
    return [
        (schema, relation, column)
        for schema, relation, column in build.rows(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " where not internal and data_type = 'VARCHAR' order by all"
        )
        if (schema, relation) != ("vault", "identity_key")
    ]


def found_in(build: Build, values: list[str]) -> dict[str, list[str]]:
    """Where any of the values stands in a text of a relation, also inside it: relation.column → values."""
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    found: dict[str, list[str]] = {}
    with build.connect() as connection:
        for schema, relation, column in texts_of(build):
            rows = connection.execute(
                f'select distinct value from (select distinct "{column}" as text from {schema}."{relation}")'
                f" inner join (select unnest([{listed}]) as value) on contains(text, value)"
            ).fetchall()
            if rows:
                found[f"{schema}.{relation}.{column}"] = sorted(value for (value,) in rows)
    return found


def values_of(people: list[dict[str, Any]]) -> list[str]:
    """Every identifier value of the people."""
    return [value for person in people for _, value in person["identifiers"]]


def gone_for_good(build: Build, people: list[dict[str, Any]]) -> list[str]:
    """Their identifiers that no record after the request carries."""
    later = {value for (value,) in build.rows("select identifier_value from vault.identity_map")}
    return [value for value in values_of(people) if value not in later]


def test_nothing_of_them_is_in_any_relation(erased, people) -> None:
    gone = gone_for_good(erased, people)
    assert len(gone) >= 10
    assert found_in(erased, gone) == {}


def test_the_search_would_find_them(built, erased, people) -> None:
    found = found_in(built, values_of(people))
    assert any(place.startswith("staging.base_") for place in found)
    assert {value for values in found.values() for value in values} == set(values_of(people))


def test_nothing_that_happened_until_then_carries_any_of_their_identifiers(erased, people) -> None:
    later = set(values_of(people)) - set(gone_for_good(erased, people))
    assert later, "somebody comes again"
    firsts = erased.rows(
        "select identifier_value, first_linked_at from vault.identity_map"
        f" where identifier_value in ({', '.join(repr(value) for value in later)})"
    )
    assert all(str(first) > "2025-05-20 04:00:00" for _, first in firsts), firsts


def test_who_comes_again_is_somebody_new(built, erased, people) -> None:
    before = {user for (user,) in built.rows("select user_id from marts.dim_users")}
    now = {user for (user,) in erased.rows("select user_id from marts.dim_users")}
    assert not {person["user"] for person in people} & now
    assert now - before, "somebody comes again"
    identifiers = ", ".join(repr(value) for value in values_of(people))
    came_again = {
        user
        for (user,) in erased.rows(
            f"select user_id from vault.identity_map where identifier_value in ({identifiers})"
        )
    }
    assert now - before == came_again


def test_the_ledger_counts_them_and_receives_what_it_received(built, erased) -> None:
    query = (
        "select source_system, source_table, sum({}) from marts.record_ledger"
        " where source_system <> 'privacy' group by all order by all"
    )
    for together in ("received", "accepted + erased", "duplicate", "quarantined", "out_of_scope"):
        assert erased.rows(query.format(together)) == built.rows(query.format(together)), together
    assert built.one("select sum(erased) from marts.record_ledger") == 0
    assert erased.one("select sum(erased) from marts.record_ledger") > 50


@pytest.mark.parametrize(
    "sums",
    [
        "select channel_code, touchpoint_code, occurred_date, count(*), count(order_id)"
        " from marts.fct_touchpoints group by all",
        "select ordered_date, channel_code, count(*), sum(net_amount), count_if(is_paid)"
        " from marts.fct_orders group by all",
        "select channel_code, touchpoint_code, score_scaled, count(*)"
        " from marts.fct_satisfaction_scores group by all",
        "select medium, campaign, sent_at, opened_at, count(*) from marts.fct_outreach_sends group by all",
    ],
    ids=["touchpoints", "orders", "scores", "sends"],
)
def test_sums_stay_what_they_were(built, erased, sums) -> None:
    before = built.rows(f"{sums} order by all")
    assert len(before) > 3
    assert erased.rows(f"{sums} order by all") == before


def test_texts_of_the_erased_are_gone_and_the_others_stay(built, erased, people) -> None:
    users = ", ".join(repr(person["user"]) for person in people)
    theirs = f"from marts.fct_feedback_texts where user_id in ({users}) and {WRITTEN_BEFORE}"
    listed = [key for (key,) in built.rows(f"select text_id {theirs}")]
    assert len(listed) >= 2
    texts = "select text_id, masked_text, sentiment, evidence_terms, topic_code from marts.fct_feedback_texts"
    stay = [row for row in built.rows(f"{texts} order by text_id") if row[0] not in listed]
    assert erased.rows(f"{texts} order by text_id") == stay


def test_nobody_elses_rows_change(built, erased, people) -> None:
    users = ", ".join(repr(person["user"]) for person in people)
    with duckdb.connect() as both:
        both.execute(f"attach '{built.database}' as before (read_only)")
        both.execute(f"attach '{erased.database}' as after (read_only)")
        query = "select * from {0}.marts.{1} where user_id is not null and user_id not in ({2})"
        came_again = (
            "select user_id from after.marts.dim_users where user_id not in"
            " (select user_id from before.marts.dim_users)"
        )
        for relation in ("fct_touchpoints", "fct_orders", "fct_sessions", "dim_users"):
            halves = (
                query.format("before", relation, users),
                query.format("after", relation, came_again),
            )
            one, other = (both.execute(f"{half} order by all").fetchall() for half in halves)
            assert len(one) > 100
            assert one == other, relation


def test_purging_leaves_nothing_in_the_bytes_of_any_file(erased, root, people) -> None:
    """The raw root, the database, publications, dbt's own files; and a second purge changes nothing."""
    gone = [value.encode() for value in gone_for_good(erased, people) if len(value) > 8]
    assert len(gone) >= 8
    folders = (root, erased.folder)
    assert any(value in path.read_bytes() for path in files(folders) for value in gone)
    done = run_touchpoints(erased.folder, "purge", raw_root=str(root))
    assert done.returncode == 0, done.stderr
    assert [
        (path.name, value)
        for path in files(folders)
        for value in gone
        if value in path.read_bytes()
    ] == []
    before = {path: path.read_bytes() for path in files([root])}
    again = run_touchpoints(erased.folder, "purge", raw_root=str(root))
    assert again.returncode == 0, again.stderr
    assert "0 landed files rewritten" in again.stdout
    assert {path: path.read_bytes() for path in files([root])} == before
    untouched = SAMPLE / "catalog" / "items.csv"
    assert (root / "catalog" / "items.csv").read_bytes() == untouched.read_bytes()


def files(folders: Any) -> list[Path]:
    """All files below some folders."""
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]


def test_a_full_refresh_of_what_was_purged_gives_the_same_tables(erased, root, tmp_path) -> None:
    """The landed files hold pseudonyms by now; a database that never saw anything else must agree."""
    (tmp_path / "vault").mkdir()
    shutil.copy(erased.folder / "vault" / "identity.key", tmp_path / "vault")
    narrowed = ("--", "--exclude-resource-types", "test", "unit_test")
    done = run_touchpoints(tmp_path, "build", *narrowed, raw_root=str(root))
    assert done.returncode == 0, done.stdout[-4000:]
    expect_the_same(Dataset(tmp_path, 0, ""), erased)
