"""The whole project on PostgreSQL: every test passes, and every promised relation is DuckDB's, row by row.

`make test-postgres` runs this, on a server that it starts itself. Three builds on each engine, the last two on top of
the first: the sample, a batch of records, decisions (see `world`).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from builds import NO_TESTS, add_a_column, green
from lanes.lane import Lane
from lanes.postgres_server import postgres
from lanes.world import THRESHOLD, Table, unlike


class PostgresLane(Lane):
    """A lane whose server is PostgreSQL."""

    def query(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Columns and rows of a query on the server."""
        connection = psycopg2.connect(
            host="127.0.0.1",
            port=self.server["TOUCHPOINT_POSTGRES_PORT"],
            user="touchpoints",
            dbname="touchpoints",
        )
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                if cursor.description is None:
                    return [], []
                return [column.name for column in cursor.description], cursor.fetchall()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def lane() -> Iterator[PostgresLane]:
    """A server and a world that no test has touched yet."""
    with tempfile.TemporaryDirectory(prefix="touchpoints_lane_") as scratch:
        folder = Path(scratch)
        # the server's own user passes through
        folder.chmod(0o755)
        (folder / "postgres").mkdir()
        with postgres(folder / "postgres") as server:
            yield PostgresLane.start(folder, server)


def test_the_comparison_finds_what_differs():
    table: Table = (["a", "b"], [(1, 0.5), (1, 0.75), (None, None)])
    assert unlike("t", table, (["a", "b"], [(None, None), (1, 0.75), (1, 0.5)])) == []
    assert unlike("t", table, (["a", "b"], [(1, 0.5), (1, 0.7500001), (None, None)]))
    assert unlike("t", table, (["a", "b"], [(1, 0.5), (2, 0.75), (None, None)]))
    assert unlike("t", (["a"], [(None,)]), (["a"], [("None",)]))
    assert unlike("t", table, (["a", "b"], [(1, 0.5), (1, None), (None, None)]))
    assert unlike("t", table, (["a", "b"], table[1][:2]))
    assert unlike("t", table, (["a", "c"], table[1]))


def test_the_sample_passes_every_test_and_is_duckdbs(lane: PostgresLane):
    theirs = lane.build_both()
    assert lane.differences(theirs) == []


def test_freshness_is_duckdbs(lane: PostgresLane):
    ours = lane.dbt("source", "freshness")
    theirs = lane.dbt_on_duckdb("source", "freshness")
    newest = [
        {
            result["unique_id"]: result.get("max_loaded_at")
            for result in json.loads((build.target / "sources.json").read_text())["results"]
        }
        for build in (ours, theirs)
    ]
    assert newest[0] == newest[1]
    assert sum(time is not None for time in newest[0].values()) > 20


def test_loading_again_brings_nothing(lane: PostgresLane):
    before = lane.query("select count(*) from raw.website__events")
    again = lane.load()
    landed = len([*lane.world.raw.rglob("*.csv")])
    told = f"0 files with 0 records loaded; {landed} were there"
    assert again.stdout.startswith(told), again.stderr
    assert lane.query("select count(*) from raw.website__events") == before


def test_a_file_that_changed_after_its_load_is_refused(lane: PostgresLane):
    path = lane.world.raw / "store" / "visits.csv"
    before = path.read_bytes()
    path.write_bytes(before + before.splitlines(keepends=True)[-1])
    try:
        refused = lane.load()
    finally:
        path.write_bytes(before)
    assert refused.returncode == 1
    assert "store/visits.csv has changed since it was loaded" in refused.stderr


def test_another_secret_is_refused(lane: PostgresLane):
    key = lane.folder / "duckdb" / "vault" / "identity.key"
    kept = key.read_text(encoding="ascii")
    key.write_text("another\n", encoding="ascii")
    try:
        refused = lane.load()
    finally:
        key.write_text(kept, encoding="ascii")
    assert refused.returncode == 1
    assert "with two secrets a person has two ids" in refused.stderr


def test_a_batch_on_top_is_duckdbs_and_makes_only_a_part_anew(lane: PostgresLane):
    lane.world.land_batch()
    loaded = lane.load()
    assert loaded.returncode == 0, loaded.stderr
    green(lane.build(*NO_TESTS))
    theirs = lane.build_on_duckdb()
    assert lane.differences(theirs) == []
    _, rows = lane.query(
        "select model, min(key_count), min(rewritten_key_count) from intermediate.model_rewrites"
        " group by model"
    )
    assert len(rows) > 15
    assert [row for row in rows if row[2] > row[1] / 2] == []


def test_decisions_are_duckdbs_and_leave_no_relation_empty(lane: PostgresLane):
    links = lane.world.decide()
    lane.query(
        "create table raw.proposed_links (contact_id text, other_contact_id text, score float)"
    )
    values = ", ".join(f"('{one}', '{other}', {score})" for one, other, score in links)
    lane.query(f"insert into raw.proposed_links values {values}")
    lane.propose_on_duckdb(links)
    green(lane.build(*THRESHOLD))
    theirs = lane.build_on_duckdb(*THRESHOLD)
    assert lane.empty(theirs) == []
    assert lane.differences(theirs) == []


def test_a_wrong_definition_stops_the_build_at_once(lane: PostgresLane):
    seed = lane.world.project / "seeds" / "blocked_identifiers.csv"
    kept = seed.read_text(encoding="utf-8")
    seed.write_text(kept + "phone,resembles,13800138000,placeholder\n", encoding="utf-8")
    try:
        done = lane.run("build", cwd=lane.world.project)
    finally:
        seed.write_text(kept, encoding="utf-8")
    assert done.returncode == 2
    assert "equals" in done.stderr


def test_a_table_without_loads_is_read_anew_when_it_changes(lane: PostgresLane):
    """What other tools put into the raw schema need not know of loads."""
    lane.query("drop table if exists raw.store__visits_kept")
    lane.query("alter table raw.store__visits rename to store__visits_kept")
    lane.query("create table raw.store__visits as select * from raw.store__visits_kept")
    lane.query("alter table raw.store__visits drop column load_id, drop column load_row")
    before = _count_visits(lane)
    green(lane.build(*NO_TESTS, "--select", "+record_ledger", *THRESHOLD))
    assert _count_visits(lane) == before
    lane.query(
        "update raw.store__visits set visit_id = 'another' where visit_id ="
        " (select min(visit_id) from raw.store__visits)"
    )
    green(lane.build(*NO_TESTS, "--select", "+record_ledger", *THRESHOLD))
    _, found = lane.query(
        "select count(*) from staging.stg_store__visits where visit_id = 'another'"
    )
    assert found == [(1,)]


def _count_visits(lane: PostgresLane) -> list[tuple[Any, ...]]:
    return lane.query("select count(*) from staging.stg_store__visits")[1]


def test_another_raw_schema_is_read_anew(lane: PostgresLane):
    """Its loads may have the names and the sizes of those that were read."""
    for schema in ("one_raw", "other_raw"):
        lane.query(f"create schema {schema}")
        lane.query(
            f"create table {schema}.store__visits as select 'a' as load_id, 1 as load_row,"
            f" '{schema}' as visit_id, 'S1' as store_id, '2025-03-01 10:00' as event_time"
        )
        there = ("--vars", f"{{raw_schema: {schema}}}")
        green(lane.build(*NO_TESTS, "--select", "base_store__visits", *there))
        _, found = lane.query("select visit_id from staging.base_store__visits")
        assert found == [(schema,)]


def test_a_database_with_another_locale_is_refused(lane: PostgresLane):
    """Ties between texts, and addresses in capitals, would be decided otherwise."""
    connection = psycopg2.connect(
        host="127.0.0.1",
        port=lane.server["TOUCHPOINT_POSTGRES_PORT"],
        user="touchpoints",
        dbname="touchpoints",
    )
    connection.autocommit = True
    connection.cursor().execute("create database plain template template0 locale 'C'")
    connection.close()
    done = lane.run(
        "build",
        "--",
        *("--select", "dim_dates"),
        cwd=lane.world.project,
        TOUCHPOINT_POSTGRES_DATABASE="plain",
    )
    assert done.returncode != 0
    assert "accepted: C.UTF-8" in done.stdout + done.stderr


def test_a_server_that_does_not_answer_is_named(lane: PostgresLane):
    done = lane.run("load", TOUCHPOINT_POSTGRES_PORT="1")
    assert done.returncode == 1
    assert done.stderr.startswith("the server cannot be reached: ")


def test_a_seed_with_other_columns_is_made_anew(lane: PostgresLane):
    def rows() -> list[tuple[Any, ...]]:
        green(lane.dbt("seed", "--select", "interaction_types"))
        return sorted(lane.query("select * from definitions.interaction_types")[1], key=repr)

    before = rows()
    add_a_column(lane.world.project)
    assert rows() == [("new", *row) for row in before]
