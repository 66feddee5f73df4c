"""Ten times the usual volume of a day: an increment takes it, and the refresh is told. Part of `make test-faults`."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from builds import NO_TESTS, Build, green, run_dbt
from touchpoints import refresh as refreshing
from touchpoints.settings import read_settings

USUAL, DAYS = 2_000, 6
HEADER = "event_id,event_time,visitor_id,event_name,page_url,loaded_at\n"
WHAT = ("+load_volumes", "+load_audits", "stg_website__events")


def write_day(root: Path, day: int, count: int) -> None:
    """A day's export of the website, loaded in the night after it."""
    folder = root / "website" / "events"
    folder.mkdir(parents=True, exist_ok=True)
    rows = (
        f"d{day}e{number},2025-03-{day:02d} {number % 24:02d}:00:00,v{number % 500},page_view,/p/{number},"
        f"2025-03-{day:02d} 23:30:00\n"
        for number in range(count)
    )
    (folder / f"{day}.csv").write_text(HEADER + "".join(rows), encoding="utf-8")


def build(folder: Path) -> Build:
    """The raw root of a folder, up to what judges loads."""
    command = ("build", *NO_TESTS, "-s", *WHAT)
    return green(run_dbt(folder / "build", command, {"TOUCHPOINT_RAW_ROOT": str(folder / "raw")}))


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Build:
    """Usual days; then, on top of them, one of ten times as much."""
    folder = tmp_path_factory.mktemp("volume")
    for day in range(1, DAYS + 1):
        write_day(folder / "raw", day, USUAL)
    usual = build(folder)
    assert usual.rows("select status from marts.load_volumes where source_system = 'website'") != [
        ("high",)
    ]
    write_day(folder / "raw", DAYS + 1, 10 * USUAL)
    return build(folder)


def test_all_of_it_is_taken_and_counted(built: Build) -> None:
    assert built.one("select count(*) from staging.stg_website__events") == (DAYS + 10) * USUAL
    assert built.rows(
        "select received, accepted from marts.record_ledger where source_system = 'website'"
        " order by load_day desc limit 1"
    ) == [(10 * USUAL, 10 * USUAL)]


def test_the_refresh_is_told(built: Build) -> None:
    assert built.rows(
        "select status, received_count, former_median from marts.load_volumes"
        " where source_system = 'website'"
    ) == [("high", 10 * USUAL, USUAL)]
    settings = dataclasses.replace(
        read_settings({"TOUCHPOINT_RAW_ROOT": str(built.folder.parent / "raw")}),
        database=built.database,
    )
    assert refreshing._audits(settings) == [
        f"website.events: {10 * USUAL:,} records on 2025-03-07, usually {USUAL:,}"
    ]
