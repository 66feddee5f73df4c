"""From a record or touchpoint back to its file and line: the proof that every number rests on something landed.

Reads the build database, which holds raw identifiers: for analysts, not for readers of what is published.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from touchpoints import landing
from touchpoints.csv_records import records
from touchpoints.engine import connect, plain_path
from touchpoints.settings import Settings


class CannotTrace(RuntimeError):
    """The id is none, or nothing carries it; the message says which."""


@dataclass(frozen=True)
class Location:
    """Where one landed record stands, and what became of it.

    `path` is relative to the raw root. `line` is the physical line on which the record begins (from 1, header
    included) in a CSV file, and the number of the row (from 1) in a Parquet file.
    """

    path: str
    line: int
    file_format: str
    source_system: str
    source_table: str
    status: str
    reason_code: str | None

    @property
    def text(self) -> str:
        """One line for people."""
        unit = "line" if self.file_format == "csv" else "row"
        outcome = f"{self.status}: {self.reason_code}" if self.reason_code else self.status
        return (
            f"{self.path}, {unit} {self.line} ({self.source_system}.{self.source_table}, {outcome})"
        )


def locate(
    connection: duckdb.DuckDBPyConnection, record_key: int, raw_root: str | None = None
) -> Location:
    """Where the record with this key stands: the accepted one where there are duplicates; raises CannotTrace.

    `raw_root` is only needed for a CSV line that could not be read: its place is looked up in the file.
    """
    found = locate_all(connection, record_key, raw_root)
    if not found:
        raise CannotTrace(f"no landed record has the key {record_key:016x}")
    return found[0]


def locate_all(
    connection: duckdb.DuckDBPyConnection, record_key: int, raw_root: str | None = None
) -> list[Location]:
    """Where every record with this key stands, the accepted one first: duplicates share a key."""
    tables = connection.execute(
        """
        select table_name
        from information_schema.tables
        where table_schema = 'staging' and starts_with(table_name, 'base_')
        order by table_name
        """
    ).fetchall()
    found = []
    for (table,) in tables:
        # most tables have no such record, which is quickly told
        has_one = f'select 1 from staging."{table}" where record_key = ? limit 1'
        if not connection.execute(has_one, [record_key]).fetchone():
            continue
        records = connection.execute(
            f"""
            select
                files.landed_path, files.file_format, files.source_system, files.source_table,
                files.line_offsets, base.record_status, base.reason_code, base.source_row,
                (
                    select count(*)
                    from staging."{table}" as earlier
                    where
                        earlier.source_file_key = base.source_file_key
                        and earlier.source_row between 1 and base.source_row
                ) as rank_in_file
            from staging."{table}" as base
            inner join staging.stg_landing__files as files on base.source_file_key = files.file_key
            where base.record_key = ?
            order by base.record_status <> 'accepted', files.landed_path, base.source_row
            """,
            [record_key],
        ).fetchall()
        for path, file_format, system, name, offsets, status, reason, row, rank in records:
            if file_format != "csv":
                line = row
            elif row > 0:
                line = line_of_readable(json.loads(offsets), rank)
            else:
                line = _line_of_unreadable(f"{raw_root}/{path}", -row) if raw_root else -row
            found.append(Location(path, int(line), file_format, system, name, status, reason))
    return found


def trace(settings: Settings, record_id: str, show: bool = False) -> str:
    """Text that says where a record, or the record behind a touchpoint, stands; with `show` the record as well."""
    # ids of conversions, journeys and funnel entries name their goal or funnel first
    known = re.fullmatch(r"(?:\w+:)?([0-9a-f]{16})", record_id.strip().lower())
    if known is None:
        raise CannotTrace(
            f"{record_id!r} is no id: give the 16 hexadecimal digits of a touchpoint or record"
        )
    record_id = known[1]
    try:
        connection = connect(settings, read=True)
    except duckdb.IOException as error:
        raise CannotTrace(
            f"{settings.database} cannot be read ({error}); run `make build` first"
        ) from None
    try:
        record_key = int(record_id, 16)
        locations = (
            locate_all(connection, record_key, settings.raw_root) if record_key < 2**63 else []
        )
        if not locations:
            locations = [
                location
                for key in _record_keys_of_touchpoint(connection, record_id)
                for location in locate_all(connection, key, settings.raw_root)
            ]
        hashes = dict(
            connection.execute(
                "select landed_path, content_hash from staging.stg_landing__files"
            ).fetchall()
        )
    except duckdb.CatalogException as error:
        raise CannotTrace(f"{settings.database} holds no complete build: {error}") from None
    finally:
        connection.close()
    if not locations:
        raise CannotTrace(f"nothing in {settings.database} carries the id {record_id}")
    told = []
    for location in locations:
        told.append(location.text)
        path = Path(settings.raw_root) / location.path
        if not settings.is_remote and not path.is_file():
            told.append("  the file is no longer there")
        elif not settings.is_remote and landing.file_hash(str(path)) != hashes[location.path]:
            told.append("  the file has changed since the build: the place may be wrong")
        elif show:
            told.extend(f"  {line}" for line in _record(path, location))
    return "\n".join(told)


def _record_keys_of_touchpoint(
    connection: duckdb.DuckDBPyConnection, touchpoint_id: str
) -> list[int]:
    found = connection.execute(
        "select distinct source_record_id from marts.fct_touchpoints where touchpoint_id = ?",
        [touchpoint_id],
    ).fetchall()
    return [int(record_id, 16) for (record_id,) in found if record_id]


def line_of_readable(offsets: list[list[int]], rank: int) -> int:
    """Physical line of the rank-th readable record, by the offsets of `landing.csv_layout`."""
    shift = 0
    for first, offset in offsets:
        if first > rank:
            break
        shift = offset
    return rank + shift


def _line_of_unreadable(path: str, number: int) -> int:
    """Physical line of the number-th record, counted as DuckDB counts rejects: header and empty lines included."""
    for place, (line, _) in enumerate(lines_and_records(path), start=1):
        if place == number:
            return line
    raise CannotTrace(f"{path} has no record number {number}: it has changed since the build")


def lines_and_records(path: str) -> Iterator[tuple[int, list[str] | None]]:
    """The line on which each record of a CSV file begins, header and empty lines included; None: unreadable."""
    for record in records(path):
        yield record.line, record.fields


def _record(path: Path, location: Location) -> list[str]:
    """The record as it stands in its file, `column: value` by line, or the bare line where it is unreadable."""
    if location.file_format != "csv":
        relation = duckdb.execute(
            "select * from read_parquet(?) limit 1 offset ?", [plain_path(path), location.line - 1]
        )
        columns = [column[0] for column in relation.description or []]
        values = (relation.fetchall() or [()])[0]
        return [f"{name}: {value}" for name, value in zip(columns, values, strict=False)]
    header: list[str] = landing.csv_header(str(path))[0]
    for line, fields in lines_and_records(str(path)):
        if (
            line == location.line
            and fields is not None
            and location.reason_code != "unreadable_line"
        ):
            return [f"{name}: {value}" for name, value in zip(header, fields, strict=False)]
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        return [next(itertools.islice(file, location.line - 1, None), "").rstrip()]
