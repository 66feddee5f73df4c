"""Retention periods: what is older is in no mart, counted as expired, and gone from landed files after `make purge`.

The expectation is worked out in plain Python from the landed files (oracles.landing), without the models' SQL.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import KEY, NO_TESTS, PROJECT, Build, green, run_dbt
from oracles.landing import read_landing
from test_decisions import copy_of_the_project
from touchpoints import purge as purging
from touchpoints.settings import read_settings
from touchpoints.stamp import stamp_path

SAMPLE = PROJECT / "demo" / "raw" / "retail"
TABLES = ("website/events", "survey/responses", "ecommerce/searches", "ecommerce/orders")
TIMES = {
    "website.events": "event_time",
    "survey.responses": "answered_at",
    "ecommerce.searches": "event_time",
    "ecommerce.orders": "created_at",
}
TEXTS = {"survey.responses": "comment_text", "ecommerce.searches": "search_term"}
WHAT = ("+record_ledger", "+file_ledger", *(f"stg_{name.replace('.', '__')}" for name in TIMES))
CANARY = "a search of long ago"
HEADER = "landed_table,days,removes\n"
SHORT = (
    "website.events,200,record\n"
    "survey.responses,120,text\n"
    "survey.responses,300,record\n"
    "ecommerce.searches,100,text\n"
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the project, whose seed the tests change."""
    return copy_of_the_project(tmp_path_factory.mktemp("retention") / "project")


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """Four tables of the sample; the searches as Parquet."""
    folder = tmp_path_factory.mktemp("retention_raw")
    for name in TABLES:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(SAMPLE / f"{name}.csv", folder / f"{name}.csv")
    # an older version of an answer that would take its place, were it left behind
    path = folder / "survey" / "responses.csv"
    with open(path, encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    version = dict.fromkeys(names, "") | {
        "response_id": "older",
        "survey_id": "S",
        "survey_type": "csat",
        "score": "4",
    }
    with open(path, "a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\r\n")
        writer.writerow(
            version | {"answered_at": "2025-06-25 10:00", "loaded_at": "2025-06-26 01:00"}
        )
        writer.writerow(
            version | {"answered_at": "2024-07-03 10:00", "loaded_at": "2025-06-27 01:00"}
        )
    with open(folder / "ecommerce" / "searches.csv", "a", encoding="utf-8", newline="") as file:
        file.write(f"canary,2024-07-03 10:00:00,buyer,{CANARY},tmall,,,2024-07-04 01:00:00\r\n")
    return folder


def build(project: Path, root: Path, folder: Path, periods: str, *more: str) -> Build:
    """Staging and the ledgers, under the given periods."""
    (project / "seeds" / "retention_periods.csv").write_text(HEADER + periods, encoding="utf-8")
    command = ("build", *NO_TESTS, "-s", *WHAT, *more)
    return run_dbt(folder, command, {"TOUCHPOINT_RAW_ROOT": str(root)}, project)


def expected(root: Path, periods: str) -> dict[str, dict[int, Any]]:
    """By table: what is handed on, by key, with its text; the newest load stands for today."""
    landing = read_landing(root, KEY)
    times = [
        record["loaded_at"]
        for records in landing.records.values()
        for record in records
        if record["loaded_at"]
    ]
    days: dict[tuple[str, str], int] = {}
    for line in periods.splitlines():
        table, count, removes = line.split(",")
        days[table, removes] = int(count)
    found: dict[str, dict[int, Any]] = {}
    for table, time in TIMES.items():
        kept = found.setdefault(table, {})
        for record in landing.records[table]:
            age = max(times) - (record[time] or record["loaded_at"])
            if age > timedelta(days=days.get((table, "record"), 100_000)):
                continue
            text = record[TEXTS[table]] if table in TEXTS else None
            gone = age > timedelta(days=days.get((table, "text"), 100_000))
            kept[record.key] = None if gone else text
    return found


def handed_on(built: Build) -> dict[str, dict[int, Any]]:
    """The same of a build."""
    return {
        table: dict(
            built.rows(
                f"select record_key, {TEXTS.get(table, 'null')} from staging.stg_{table.replace('.', '__')}"
            )
        )
        for table in TIMES
    }


def ledger(built: Build) -> dict[tuple[str, str], tuple[int, ...]]:
    """received and every outcome by table; balanced."""
    rows = built.rows(
        "select source_system, source_table, sum(received), sum(accepted), sum(duplicate), sum(quarantined),"
        " sum(out_of_scope), sum(erased), sum(expired) from marts.record_ledger where received > 0 group by all"
    )
    assert all(row[2] == sum(row[3:]) for row in rows), rows
    files = built.rows("select sum(received_count), sum(expired_count) from marts.file_ledger")
    assert files == [(sum(row[2] for row in rows), sum(row[8] for row in rows))]
    return {tuple(row[:2]): tuple(row[2:]) for row in rows}


def same_rows(one: Build, other: Build) -> None:
    """Staging and ledgers of two builds are equal; hashes of records too."""
    for relation in (
        *(f"staging.stg_{name.replace('.', '__')}" for name in TIMES),
        "marts.record_ledger",
        "marts.file_ledger",
    ):
        assert one.rows(f"from {relation} order by all") == other.rows(
            f"from {relation} order by all"
        ), relation


@pytest.fixture(scope="module")
def kept(project, root, tmp_path_factory) -> Build:
    """A build without any period, then one with periods on top of it."""
    folder = tmp_path_factory.mktemp("retained")
    first = green(build(project, root, folder, ""))
    assert handed_on(first) == expected(root, "")
    assert sum(row[-1] for row in ledger(first).values()) == 0
    return green(build(project, root, folder, SHORT))


def test_what_is_older_is_handed_on_by_nobody_and_counted(kept, root) -> None:
    wanted, everything = expected(root, SHORT), expected(root, "")
    assert handed_on(kept) == wanted
    outcomes = ledger(kept)
    for table in TIMES:
        system, name = table.split(".")
        assert outcomes[system, name][-1] == len(everything[table]) - len(wanted[table]), table
    assert outcomes["website", "events"][-1] > 1000
    assert outcomes["ecommerce", "orders"][-1] == outcomes["ecommerce", "searches"][-1] == 0
    texts = Counter(
        table for table, rows in wanted.items() for text in rows.values() if text is None
    )
    assert texts["ecommerce.searches"] > 0


def test_an_increment_equals_a_full_refresh_and_longer_periods_bring_back(
    kept, project, root, tmp_path
) -> None:
    longer = SHORT.replace("website.events,200", "website.events,300")
    played = tmp_path / "played"
    shutil.copytree(kept.folder, played)
    increment = green(build(project, root, played, longer))
    assert handed_on(increment) == expected(root, longer)
    same_rows(increment, green(build(project, root, tmp_path / "fresh", longer)))


def test_purge_takes_it_out_of_files_and_database_and_the_next_build_is_the_same(
    kept, project, root, tmp_path
) -> None:
    folder, raw = tmp_path / "build", tmp_path / "raw"
    shutil.copytree(root, raw)
    path = raw / "ecommerce" / "searches.csv"
    duckdb.sql(
        f"copy (from read_csv('{path}', all_varchar = true)) to '{path.with_suffix('.parquet')}'"
    )
    path.unlink()
    before = green(build(project, raw, folder, SHORT))
    found = handed_on(before)
    assert CANARY.encode() in before.database.read_bytes()
    settings = read_settings(
        {
            "TOUCHPOINT_RAW_ROOT": str(raw),
            "TOUCHPOINT_DATABASE": str(before.database),
            "TOUCHPOINT_PUBLISH_DIR": str(folder / "published"),
            "TOUCHPOINT_VAULT_KEY": str(folder / "vault" / "identity.key"),
        }
    )
    stamp_path(before.database).write_text(json.dumps({"invocation_id": "x" * 36}))
    purged = purging.purge(settings)
    assert purged.expired > 1000
    # everything that is left is young enough, in the files and in the database
    left = read_landing(raw, KEY)
    assert {record.key for record in left.records["website.events"]} == set(found["website.events"])
    assert {record.key for record in left.records["survey.responses"]} == set(
        found["survey.responses"]
    )
    assert "older" not in (raw / "survey" / "responses.csv").read_text(encoding="utf-8")
    assert (
        before.one("select count(*) from staging.base_website__events")
        < ledger(before)["website", "events"][0]
    )
    for path in (*raw.rglob("*.*"), before.database):
        assert CANARY.encode() not in path.read_bytes(), path
    # places are others now: a second purge waits for a build
    with pytest.raises(purging.CannotPurge, match="run `make build` first"):
        purging.purge(settings)
    after = green(build(project, raw, folder, SHORT))
    assert handed_on(after) == found
    assert sum(row[-1] for row in ledger(after).values()) == 0
    stamp_path(before.database).write_text(json.dumps({"invocation_id": "x" * 36}))
    assert purging.purge(settings).files == {}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("privacy.consents,30,record", "accepted values of landed_table are"),
        ("ecommerce.orders,30,text", "the table has no text"),
    ],
)
def test_a_wrong_period_stops_the_build_with_what_is_accepted(
    kept, project, root, tmp_path, row, said
) -> None:
    folder = tmp_path / "wrong"
    shutil.copytree(kept.folder, folder)
    (project / "seeds" / "retention_periods.csv").write_text(HEADER + row + "\n", encoding="utf-8")
    command = ("build", *NO_TESTS, "-s", "retention_periods", "stg_landing__retention")
    failed = run_dbt(folder, command, {"TOUCHPOINT_RAW_ROOT": str(root)}, project)
    assert failed.returncode != 0
    assert said in failed.output


def test_no_period_is_set_by_default() -> None:
    assert (PROJECT / "seeds" / "retention_periods.csv").read_text(encoding="utf-8") == HEADER


def test_an_age_counts_from_the_newest_load_and_no_load_from_the_future(kept) -> None:
    (found,) = kept.rows(
        "select kept_from from staging.stg_landing__retention where source_table = 'events'"
    )
    newest = kept.one("select max(loaded_at) from staging.stg_landing__loads")
    assert found[0] == newest - timedelta(days=200) < datetime.now()
