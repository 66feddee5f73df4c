"""However the records arrive, the tables are those of a full refresh; and what did not change is not made anew.

A raw root is landed step by step (batches in any order, late and repeated records, a file that is replaced, one that is
withdrawn) into one database, which is built after every step; then every relation is held against a database that saw
the last state only. `make test` plays one sequence; TOUCHPOINT_SEQUENCES asks for that many random ones more.
"""

from __future__ import annotations

import csv
import math
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import NO_TESTS, PROJECT, Build, green, run_dbt
from oracles.cases import random_case
from oracles.random_root import random_root

SAMPLE = PROJECT / "demo" / "raw" / "retail"
MORE = int(os.environ.get("TOUCHPOINT_SEQUENCES", "0"))
# Logs, and what models remember of their last run.
LOGS = {"identity_merges", "identity_runs", "model_rewrites", "remembered_persons", "identity_key"}
PER_FILE = {"int_unreadable_values"}
# What names files and their lines, and so differs where the files do.
ABOUT_FILES = {
    "quarantined_records": {"source_file", "source_row", "record_id"},
    "int_records_quarantined": {"landed_path", "source_row", "record_key"},
    "schema_drift": {"file_count"},
    "int_schema_drifts": {"file_count"},
}

pytestmark = pytest.mark.slow

Table = tuple[str, list[str], list[list[str]]]


def read_tables(raw: Path) -> list[Table]:
    """(system/table, header, records) of every CSV file of a raw root."""
    found = []
    for path in sorted(raw.glob("*/*.csv")):
        with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            header, *records = csv.reader(file, strict=True)
        found.append((f"{path.parent.name}/{path.stem}", header, records))
    return found


def land(raw: Path, table: str, name: str, header: list[str], records: list[list[str]]) -> None:
    """Write one file of a table."""
    folder = raw / table
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv"
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *records])


def steps(raw: Path, tables: list[Table], dice: random.Random, batches: int) -> Iterator[str]:
    """Land the tables in batches; what a step did is told before the build that follows it."""
    cut = {}
    for table, header, records in tables:
        shuffled = dice.sample(records, len(records))
        weights = [dice.choice([1, 4, 10]), *(dice.choice([0.2, 1, 2]) for _ in range(batches - 1))]
        parts: list[list[list[str]]] = [[] for _ in range(batches)]
        for record in shuffled:
            parts[dice.choices(range(batches), weights)[0]].append(record)
        cut[table] = (header, parts)
    withdrawn = dice.sample(sorted(cut), min(6, len(cut)))
    for number in range(batches):
        for table, (header, parts) in cut.items():
            if number == 1 and table in withdrawn:
                # a file that is soon withdrawn: records of later batches, changed ones, repeated ones
                early = [record[:] for part in parts[2:] for record in part[:5]]
                early += [record[:] for record in parts[0][:5]]
                land(raw, table, "withdrawn", header, early)
            if number == batches - 1:
                (raw / table / "withdrawn.csv").unlink(missing_ok=True)
            if number == 0 and table in withdrawn[:3]:
                # this file is exported again later, with what was missing
                land(raw, table, "b0", header, parts[0][: len(parts[0]) // 2])
            else:
                land(raw, table, f"b{number}", header, parts[number])
            if number == batches - 1 and table in withdrawn[:3]:
                land(raw, table, "b0", header, parts[0])
        yield f"batch {number + 1} of {batches}"


def relations(build: Build) -> list[tuple[str, str]]:
    """Every relation that the two databases must agree on: all but logs and hashes of what a model has seen."""
    return [
        (schema, name)
        for schema, name in build.rows(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('marts', 'vault', 'intermediate') order by all"
        )
        if name not in LOGS | PER_FILE and not name.endswith(("__inputs", "_inputs", "_outcomes"))
    ]


def unlike(both: duckdb.DuckDBPyConnection, schema: str, name: str) -> list[Any]:
    """Rows that only one of two databases has in a relation; doubles are equal to 1e-9 of their size."""
    columns = both.execute(f'describe one.{schema}."{name}"').fetchall()
    kept = [c for c in columns if c[0] not in ABOUT_FILES.get(name, ())]
    exact = [f'"{c[0]}"' for c in kept if c[1] != "DOUBLE"]
    listed = ", ".join([*exact, *(f'"{c[0]}"' for c in kept if c[1] == "DOUBLE")])
    halves = [f'select {listed} from {database}.{schema}."{name}"' for database in ("one", "other")]
    surplus = both.execute(
        f"({halves[0]} except all {halves[1]}) union all ({halves[1]} except all {halves[0]}) limit 1"
    ).fetchall()
    if not surplus:
        return []
    ours, theirs = (both.execute(f"{half} order by all").fetchall() for half in halves)
    wrong: list[Any] = [
        (row, answer)
        for row, answer in zip(ours, theirs, strict=False)
        if row[: len(exact)] != answer[: len(exact)]
        or not all(
            a is b or (None not in (a, b) and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12))
            for a, b in zip(row[len(exact) :], answer[len(exact) :], strict=True)
        )
    ]
    if len(ours) != len(theirs):
        wrong.append((f"{len(ours)} rows", f"{len(theirs)} rows", surplus[0]))
    return wrong


def expect_the_same(one: Build, other: Build) -> None:
    """Fail with the relations, and a row of each, in which two databases differ."""
    assert relations(one) == relations(other)
    assert len(relations(one)) > 80
    with duckdb.connect() as both:
        both.execute(f"attach '{one.database}' as one (read_only)")
        both.execute(f"attach '{other.database}' as other (read_only)")
        wrong = {
            f"{schema}.{name}": rows[0]
            for schema, name in relations(one)
            if (rows := unlike(both, schema, name))
        }
    assert not wrong, "\n".join(f"{name}: {row}" for name, row in wrong.items())


def run_in(folder: Path, raw: Path) -> Build:
    """Build a raw root into the database of a folder, without tests."""
    return green(run_dbt(folder, ("build", *NO_TESTS), {"TOUCHPOINT_RAW_ROOT": str(raw)}))


def rewritten(build: Build) -> dict[str, tuple[int, int]]:
    """Per model: keys there are, and keys that the latest run made anew."""
    return {
        model: (keys, anew)
        for model, keys, anew in build.rows(
            "select model, key_count, rewritten_key_count from intermediate.model_rewrites"
            " where run_id = (select run_id from intermediate.model_rewrites order by rowid desc limit 1)"
        )
    }


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> tuple[Build, Build, Path]:
    """The random dataset in three steps; the same records built at once (shared with the oracles); the raw root."""
    folder = tmp_path_factory.mktemp("sequence")
    raw = folder / "raw"
    for _ in steps(raw, read_tables(random_root(folder / "whole")), random.Random(7), 3):
        stepwise = run_in(folder / "stepwise", raw)
    return stepwise, random_case().build, raw


def test_any_sequence_of_batches_gives_what_a_full_refresh_gives(played) -> None:
    stepwise, full, _ = played
    expect_the_same(stepwise, full)


def test_the_comparison_can_fail(played, tmp_path) -> None:
    stepwise, full, _ = played
    copy = Build(tmp_path, 0, "")
    shutil.copyfile(stepwise.database, copy.database)
    with duckdb.connect(str(copy.database)) as connection:
        connection.execute(
            "delete from intermediate.int_sessions_resolved where session_key ="
            " (select min(session_key) from intermediate.int_sessions_resolved)"
        )
    with pytest.raises(AssertionError, match="int_sessions_resolved"):
        expect_the_same(copy, full)


def test_a_run_without_news_makes_nothing_anew(played) -> None:
    stepwise, _, raw = played
    before = stepwise.one("select count(*) from vault.identity_merges")
    again = run_in(stepwise.folder, raw)
    found = rewritten(again)
    assert len(found) >= 5
    assert all(anew == 0 for _, anew in found.values()), found
    assert again.one("select count(*) from vault.identity_merges") == before


def test_a_few_new_records_make_few_keys_anew(played) -> None:
    """One more visit of a known cookie: its profile and its person, and nobody else's."""
    stepwise, _, raw = played
    visitor = stepwise.one(
        "select identifier_value from vault.identity_map where identifier_type = 'visitor_id'"
        " and standing = 'linking' order by 1 limit 1"
    )
    header = ["event_id", "event_time", "visitor_id", "event_name"]
    land(raw, "website/events", "news", header, [["n1", "2025-05-01 10:00", visitor, "page_view"]])
    try:
        found = rewritten(run_in(stepwise.folder, raw))
    finally:
        (raw / "website/events/news.csv").unlink()
    assert all(1 <= anew <= 2 for _, anew in found.values()), found
    assert all(keys > 200 for keys, _ in found.values()), found


if MORE:

    @pytest.mark.parametrize("seed", range(MORE))
    def test_a_random_sequence_gives_what_a_full_refresh_gives(seed: int, tmp_path: Path) -> None:
        dice = random.Random(f"sequence {seed}")
        tables = read_tables(SAMPLE)
        kept = dice.sample(tables, dice.randint(6, len(tables)))
        few = [
            (table, header, dice.sample(records, min(len(records), dice.choice([40, 200, 600]))))
            for table, header, records in kept
        ]
        for _ in steps(tmp_path / "raw", few, dice, dice.randint(3, 5)):
            stepwise = run_in(tmp_path / "stepwise", tmp_path / "raw")
        expect_the_same(stepwise, run_in(tmp_path / "full", tmp_path / "raw"))
