"""The whole project on a Spark cluster: every test passes, and every promised relation is DuckDB's, row by row.

`make test-spark` runs this, on a cluster that it starts itself. Two builds on each engine: the sample, then a batch of
records with decisions (see `world`). Spark makes everything anew where DuckDB goes on.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyhive import hive

from builds import NO_TESTS, green, run_dbt
from lanes.lane import Lane
from lanes.spark_server import LOOPBACK, Cluster, spark
from lanes.world import THRESHOLD


@dataclass(frozen=True)
class SparkLane(Lane):
    """A lane whose server is a Spark cluster."""

    cluster: Cluster

    def query(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Columns and rows of a query on the cluster."""
        with (
            closing(hive.connect(LOOPBACK, self.cluster.thrift_port, auth="NOSASL")) as connection,
            closing(connection.cursor()) as cursor,
        ):
            cursor.execute(sql)
            if cursor.description is None:
                return [], []
            columns = [column[0].split(".")[-1] for column in cursor.description]
            # the protocol sends a list as JSON
            readers = [
                json.loads if column[1] == "ARRAY_TYPE" else None for column in cursor.description
            ]
            return columns, [_read(row, readers) for row in cursor.fetchall()]

    def load(self) -> subprocess.CompletedProcess[str]:
        """Write what has landed as Parquet, and make tables of it."""
        written = self.run("load")
        if written.returncode == 0:
            arguments = (self.raw / "register.json").read_text(encoding="utf-8")
            green(self.dbt("run-operation", "register_landed_files", "--args", arguments))
        return written

    @property
    def raw(self) -> Path:
        """Where the cluster finds what has landed."""
        return Path(self.server["TOUCHPOINT_SPARK_RAW"])


def _read(row: tuple[Any, ...], readers: list[Callable[[str], Any] | None]) -> tuple[Any, ...]:
    return tuple(
        reader(value) if reader and value is not None else value
        for value, reader in zip(row, readers, strict=True)
    )


@pytest.fixture(scope="module")
def lane() -> Iterator[SparkLane]:
    """A cluster and a world that no test has touched yet."""
    with tempfile.TemporaryDirectory(prefix="touchpoints_lane_") as scratch:
        folder = Path(scratch)
        (folder / "spark").mkdir()
        with spark(folder / "spark") as cluster:
            server = cluster.settings() | {"TOUCHPOINT_SPARK_RAW": str(folder / "spark_raw")}
            yield SparkLane.start(folder, server, cluster)


def test_the_sample_passes_every_test_and_is_duckdbs(lane: SparkLane):
    theirs = lane.build_both()
    assert lane.differences(theirs) == []


def test_both_executors_did_the_work(lane: SparkLane):
    tasks = lane.cluster.tasks_of_executors()
    assert len(tasks) == 2
    # each had a good part of what there was to do
    assert min(tasks.values()) > sum(tasks.values()) / 5


def test_a_batch_with_decisions_is_duckdbs_and_leaves_no_relation_empty(lane: SparkLane):
    lane.world.land_batch()
    links = lane.world.decide()
    loaded = lane.load()
    assert loaded.returncode == 0, loaded.stderr
    lane.query(
        "create table raw.proposed_links (contact_id string, other_contact_id string, score double)"
    )
    values = ", ".join(f"('{one}', '{other}', {score})" for one, other, score in links)
    lane.query(f"insert into raw.proposed_links values {values}")
    lane.propose_on_duckdb(links)
    green(lane.build(*NO_TESTS, *THRESHOLD))
    theirs = lane.build_on_duckdb(*THRESHOLD)
    assert lane.empty(theirs) == []
    assert lane.differences(theirs) == []


@pytest.mark.parametrize("table_format", ["delta", "iceberg"])
def test_statements_for_table_formats_are_spark_sql(lane: SparkLane, table_format: str):
    """No cluster here has a table format: what models would run there is read by Spark's parser, and no more."""
    statements = _compiled(
        lane,
        table_format,
        "{{ delete_keys('a.records', 'record_key', 'select record_key from gone') }}",
        "{{ update_rows('a.records', {'one': '1', 'two': 'records.three'}, 'records.four is null') }}",
        "{{ update_rows('a.records', {'one': 'news.one'}, 'news.two > 1', 'a.news as news', 'records.k = news.k') }}",
        "{{ spark__memory()[0] }}",
        "{{ spark__memory()[1] }}",
    )
    # what was read, or the format itself, which is what is missing here
    missing = f"find the data source: {table_format}"
    answers = ["DeleteAction", "UpdateTable", "UpdateAction", missing, missing]
    for statement, answer in zip(statements, answers, strict=True):
        _, plan = lane.query(f"explain {statement}")
        assert answer.lower() in str(plan).lower(), plan
    with pytest.raises(hive.OperationalError, match="PARSE_SYNTAX_ERROR"):
        lane.query(f"explain {statements[0].replace('when matched', 'where matched')}")


def _compiled(lane: SparkLane, table_format: str, *templates: str) -> list[str]:
    """What templates give on a cluster whose tables have a format."""
    mark = "-- next"
    done = run_dbt(
        lane.folder / "server",
        ("compile", "--quiet", "--inline", f"\n{mark}\n".join(templates)),
        lane.settings | lane.server | {"TOUCHPOINT_SPARK_TABLES": table_format},
        lane.world.project,
    )
    return [part.strip() for part in green(done).output.split(mark)]
