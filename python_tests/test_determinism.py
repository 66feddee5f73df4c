"""The same records give the same tables, however they are cut into files, and any may be absent."""

from __future__ import annotations

import csv
import json
import math
import random
import shutil
from concurrent.futures import Future
from pathlib import Path

import duckdb
import pytest

from builds import NO_TESTS, PLAIN_DBT, PROJECT, Build, fingerprint, green, start_dbt

SAMPLE = PROJECT / "demo" / "raw" / "retail"
SEED = 20250301

# A row per file.
PER_FILE = {"file_ledger"}
# What names files and lines, and so differs where the files do.
ABOUT_FILES = {
    "quarantined_records": {"source_file", "source_row"},
    "schema_drift": {"file_count"},
}


def _shuffle_into_two_files(raw: Path, out: Path) -> None:
    """Copy a raw root of CSV files, each table's records shuffled and cut into two files."""
    dice = random.Random(SEED)
    for path in sorted(raw.glob("*/*.csv")):
        with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            header, *records = csv.reader(file, strict=True)
        dice.shuffle(records)
        folder = out / path.parent.name / path.stem
        folder.mkdir(parents=True)
        half = len(records) // 2
        for name, part in (("a", records[:half]), ("b", records[half:])):
            with open(
                folder / f"{name}.csv", "w", encoding="utf-8", errors="surrogateescape", newline=""
            ) as file:
                csv.writer(file, lineterminator="\n").writerows([header, *part])


@pytest.fixture(scope="module")
def cut(tmp_path_factory) -> dict[str, Future[Build]]:
    """The sample as it is, built by dbt as it is, and cut into other files: two builds, under way."""
    root = tmp_path_factory.mktemp("cut")
    shuffled = root / "shuffled"
    _shuffle_into_two_files(SAMPLE, shuffled)
    build = ("build", *NO_TESTS)
    return {
        "plain": start_dbt(
            root / "of_plain", build, {"TOUCHPOINT_RAW_ROOT": str(SAMPLE)}, PLAIN_DBT
        ),
        "shuffled": start_dbt(root / "of_shuffled", build, {"TOUCHPOINT_RAW_ROOT": str(shuffled)}),
    }


@pytest.fixture(scope="module")
def absent(tmp_path_factory) -> dict[str, Future[Build]]:
    """Datasets that lack most, or all: three builds, under way."""
    root = tmp_path_factory.mktemp("absent")
    one_system, nothing = root / "one_system", root / "nothing"
    shutil.copytree(SAMPLE / "store", one_system / "store")
    nothing.mkdir()
    build = ("build", *NO_TESTS)
    return {
        "one_system": start_dbt(
            root / "of_one_system", build, {"TOUCHPOINT_RAW_ROOT": str(one_system)}
        ),
        "nothing": start_dbt(
            root / "of_nothing",
            ("build", "--exclude-resource-types", "unit_test"),
            {"TOUCHPOINT_RAW_ROOT": str(nothing)},
        ),
        "empty": start_dbt(
            root / "of_empty", (*build, "--empty"), {"TOUCHPOINT_RAW_ROOT": str(SAMPLE)}
        ),
    }


def _marts(build: Build) -> list[str]:
    manifest = json.loads((build.target / "manifest.json").read_text(encoding="utf-8"))
    return sorted(
        node["alias"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    )


def _query(reader: duckdb.DuckDBPyConnection, mart: str) -> tuple[str, int]:
    """What must be equal of a mart, the doubles last (to 1e-9 relative), and how many columns come before these."""
    left_out = ABOUT_FILES.get(mart, set())
    described = reader.execute(f"describe marts.{mart}").fetchall()
    columns = [row for row in described if row[0] not in left_out]
    exact = [row[0] for row in columns if row[1] != "DOUBLE"]
    doubles = [row[0] for row in columns if row[1] == "DOUBLE"]
    # the id of a line that nobody could read is made from its place
    chosen = ", ".join(
        "case when reason_code <> 'unreadable_line' then record_id end"
        if (mart, name) == ("quarantined_records", "record_id")
        else f'"{name}"'
        for name in [*exact, *doubles]
    )
    return f"select {chosen} from marts.{mart}", len(exact)


def _are_equal(one: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection, mart: str) -> bool:
    sql, exact = _query(one, mart)
    if fingerprint(one, sql) == fingerprint(other, sql):
        return True
    ours, theirs = (db.execute(f"{sql} order by all").fetchall() for db in (one, other))
    return [row[:exact] for row in ours] == [row[:exact] for row in theirs] and all(
        number is answer
        or (None not in (number, answer) and math.isclose(number, answer, rel_tol=1e-9))
        for row, others in zip(ours, theirs, strict=True)
        for number, answer in zip(row[exact:], others[exact:], strict=True)
    )


@pytest.mark.slow
def test_the_shuffled_sample_has_other_files_and_the_same_records(cut):
    plain, shuffled = (green(cut[name].result()) for name in ("plain", "shuffled"))
    received = "select source_system, source_table, load_day, received from marts.record_ledger"
    assert sorted(plain.rows(received)) == sorted(shuffled.rows(received))
    files = "select count(*) from staging.stg_landing__files"
    assert shuffled.one(files) == 2 * plain.one(files)


@pytest.mark.slow
def test_order_and_cut_of_files_change_no_row_of_any_mart(cut):
    plain, shuffled = (green(cut[name].result()) for name in ("plain", "shuffled"))
    marts = _marts(plain)
    assert len(marts) > 15
    assert marts == _marts(shuffled)
    compared = sorted(set(marts) - PER_FILE)
    with plain.connect() as one, shuffled.connect() as other:
        assert [mart for mart in compared if not _are_equal(one, other, mart)] == []
        # the comparison can fail
        assert not _are_equal(one, other, "file_ledger")


@pytest.mark.slow
def test_a_company_with_one_system_gets_every_mart(absent):
    built = green(absent["one_system"].result())
    for mart in _marts(built):
        built.rows(f"select * from marts.{mart} limit 1")
    assert built.rows("select distinct source_system from marts.fct_touchpoints") == [("store",)]
    assert built.rows("select distinct source_system from marts.record_ledger") == [("store",)]
    assert built.one("select count(*) from marts.fct_orders") > 100
    assert built.one("select count(*) from marts.channel_contribution") > 0


@pytest.mark.slow
def test_a_raw_root_without_any_file_gives_empty_marts_and_green_tests(absent):
    built = green(absent["nothing"].result())
    for mart in ("fct_touchpoints", "fct_sessions", "fct_orders", "dim_users", "record_ledger"):
        assert built.one(f"select count(*) from marts.{mart}") == 0, mart
    assert built.one("select count(*) from marts.dim_channels") > 10


@pytest.mark.slow
def test_an_empty_build_makes_every_mart_without_reading_a_record(absent):
    built = green(absent["empty"].result())
    for mart in _marts(built):
        built.rows(f"select * from marts.{mart} limit 1")
    assert built.one("select count(*) from marts.fct_touchpoints") == 0
