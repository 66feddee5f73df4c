"""Every record can be followed back to its file and line."""

from __future__ import annotations

import csv
import dataclasses
import random
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from builds import PROJECT
from conftest import BuildDataset, Dataset, run_touchpoints
from touchpoints.settings import read_settings
from touchpoints.trace import CannotTrace, locate, locate_all, trace

SAMPLE = PROJECT / "demo" / "raw" / "retail"


def lines_of(path: Path, key: str) -> dict[str, list[int]]:
    """Oracle: key → the lines on which its records begin, by counting the line breaks before them."""
    text = path.read_bytes().decode("utf-8-sig", errors="surrogateescape")
    found: dict[str, list[int]] = {}
    header: list[str] | None = None
    line = 1
    for record in _split(text):
        fields = (
            next(csv.reader([record.rstrip("\r\n")]))
            if "\n" not in record.strip()
            else _multiline(record)
        )
        if header is None:
            header = fields
        elif len(fields) == len(header):
            found.setdefault(fields[header.index(key)].strip(), []).append(line)
        line += record.count("\n")
    return found


def _split(text: str) -> Iterator[str]:
    """Records with their line ends; a line break inside quotation marks does not end one."""
    start, inside = 0, False
    for place, letter in enumerate(text):
        if letter == '"':
            inside = not inside
        elif letter == "\n" and not inside:
            yield text[start : place + 1]
            start = place + 1
    if text[start:]:
        yield text[start:]


def _multiline(record: str) -> list[str]:
    return next(csv.reader(record.splitlines(keepends=True)))


@pytest.mark.parametrize(
    ("system", "table", "key"),
    [
        ("website", "events", "event_id"),
        ("community", "posts", "post_id"),
        ("service", "tickets", "ticket_id"),
        ("ecommerce", "reviews", "review_id"),
    ],
)
def test_every_accepted_record_is_on_the_line_that_is_told(
    built: Dataset, system: str, table: str, key: str
) -> None:
    expected = lines_of(SAMPLE / system / f"{table}.csv", key)
    with built.connect() as connection:
        records = connection.execute(
            f"select record_key, {key} from staging.base_{system}__{table} where record_status = 'accepted'"
        ).fetchall()
        random.Random(1).shuffle(records)
        for record_key, value in records[:25]:
            found = locate(connection, record_key)
            assert found.path == f"{system}/{table}.csv"
            assert found.status == "accepted"
            assert found.line in expected[value]


def test_duplicates_are_told_behind_the_record_that_counts(built: Dataset) -> None:
    with built.connect() as connection:
        (record_key,) = connection.execute(
            "select record_key from staging.base_website__events where record_status = 'duplicate' limit 1"
        ).fetchall()[0]
        found = locate_all(connection, record_key)
    assert [location.status for location in found][:2] == ["accepted", "duplicate"]
    assert len({location.line for location in found}) == len(found)


def test_a_touchpoint_is_traced_through_its_record_and_shown_on_request(built: Dataset) -> None:
    touchpoint_id, record_id = built.rows(
        "select touchpoint_id, source_record_id from marts.fct_touchpoints "
        "where source_system = 'ecommerce' and touchpoint_id <> source_record_id order by 1 limit 1"
    )[0]
    by_touchpoint = run_touchpoints(built.folder, "trace", touchpoint_id)
    by_record = run_touchpoints(built.folder, "trace", record_id)
    assert by_touchpoint.returncode == 0, by_touchpoint.stderr
    assert by_touchpoint.stdout == by_record.stdout
    assert by_record.stdout.startswith("ecommerce/")
    shown = run_touchpoints(built.folder, "trace", record_id, "--show").stdout
    path, line = by_record.stdout.split(", line ")
    text = (SAMPLE / path).read_text(encoding="utf-8-sig").split("\n")[int(line.split()[0]) - 1]
    assert shown.splitlines()[1].split(": ", 1)[1] == next(csv.reader([text]))[0]


@pytest.mark.parametrize(
    ("record_id", "message"),
    [
        ("00ff", "is no id"),
        ("z" * 16, "is no id"),
        ("0" * 16, "carries the id"),
        ("f" * 16, "carries the id"),
    ],
)
def test_an_id_that_nothing_carries_is_refused(
    built: Dataset, record_id: str, message: str
) -> None:
    done = run_touchpoints(built.folder, "trace", record_id)
    assert done.returncode == 1
    assert message in done.stderr


@pytest.fixture(scope="module")
def several_files(
    build_dataset: BuildDataset, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Dataset, Path]:
    """Visits in two CSV files with lines that cannot be read, and in a Parquet file."""
    root = tmp_path_factory.mktemp("raw")
    folder = root / "store" / "visits"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text(
        'visit_id,store_id,event_time,region\na1,s,2025-03-01,"two\nlines"\nshort\n\na2,s,2025-03-01,\n',
        encoding="utf-8",
    )
    (folder / "b.csv").write_text(
        "visit_id,store_id,event_time\nb1,s,2025-03-01\nb2,s,never\ntoo,many,fields,here\nb3,s,2025-03-01\n",
        encoding="utf-8",
    )
    duckdb.connect().execute(
        f"copy (select 'p' || i as visit_id, 's' as store_id, timestamp '2025-03-01' as event_time "
        f"from range(1, 4) as n(i)) to '{folder}/c.parquet'"
    )
    return build_dataset(root, select=["+base_store__visits", "+stg_landing__files"]), root


@pytest.mark.slow
def test_several_files_of_several_shapes_keep_their_own_lines(
    several_files: tuple[Dataset, Path],
) -> None:
    dataset, root = several_files
    expected = {
        "a1": ("a.csv", 2),
        "a2": ("a.csv", 6),
        "b1": ("b.csv", 2),
        "b2": ("b.csv", 3),
        "b3": ("b.csv", 5),
        "p1": ("c.parquet", 1),
        "p3": ("c.parquet", 3),
    }
    with dataset.connect() as connection:
        keys = dict(
            connection.execute(
                "select visit_id, record_key from staging.base_store__visits"
            ).fetchall()
        )
        for visit, (name, line) in expected.items():
            found = locate(connection, keys[visit], str(root))
            assert (found.path, found.line) == (f"store/visits/{name}", line), visit
        unreadable = connection.execute(
            "select record_key from staging.base_store__visits where reason_code = 'unreadable_line'"
        ).fetchall()
        places = {
            (found.path.split("/")[-1], found.line)
            for (key,) in unreadable
            for found in locate_all(connection, key, str(root))
        }
        assert places == {("a.csv", 4), ("b.csv", 4)}
        with pytest.raises(CannotTrace):
            locate(connection, 1)


@pytest.mark.slow
def test_a_file_that_changed_since_the_build_is_told(several_files: tuple[Dataset, Path]) -> None:
    dataset, root = several_files
    record_id = dataset.one(
        "select printf('%016x', record_key) from staging.base_store__visits where visit_id = 'b3'"
    )
    path = root / "store" / "visits" / "b.csv"
    before = path.read_bytes()
    try:
        path.write_bytes(before + b"b4,s,2025-03-01\n")
        done = run_touchpoints(dataset.folder, "trace", record_id, raw_root=str(root))
        assert "has changed since the build" in done.stdout
        path.unlink()
        done = run_touchpoints(dataset.folder, "trace", record_id, raw_root=str(root))
        assert "no longer there" in done.stdout
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize(
    ("relation", "column"),
    [
        ("fct_orders", "order_id"),
        ("fct_sessions", "session_id"),
        ("fct_service_cases", "case_id"),
        ("fct_satisfaction_scores", "score_id"),
        ("fct_feedback_texts", "text_id"),
        ("fct_outreach_sends", "send_id"),
        ("fct_conversions", "conversion_id"),
        ("fct_journeys", "journey_id"),
        ("fct_funnel_entries", "entry_id"),
        ("fct_case_contacts", "case_contact_id"),
    ],
)
def test_the_id_of_any_row_leads_to_a_record(built: Dataset, relation: str, column: str) -> None:
    settings = dataclasses.replace(
        read_settings({"TOUCHPOINT_RAW_ROOT": str(SAMPLE)}), database=built.database
    )
    ids = built.rows(f"select {column} from marts.{relation} order by hash({column}) limit 2")
    assert ids
    for (its,) in ids:
        path, rest = trace(settings, its).splitlines()[0].split(", ", 1)
        assert (SAMPLE / path).is_file()
        assert re.match(r"(line|row) \d+ \(", rest)
