"""What a landed file is, told by a reader that shares nothing with the one that loads it.

The loader is DuckDB; this module reads bytes and uses Python's own `csv` (see csv_records). It feeds the registry of
landed files (hash, records, load times), so that a file that the loader read differently is noticed.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from touchpoints.contract import TableContract, read_contract
from touchpoints.csv_records import MOST_BYTES, Record, records
from touchpoints.settings import project_dir

# Columns that the loaders add to those of a file.
RESERVED_NAMES = ("load_id", "load_row")
# How the names of landed files end.
ENDINGS = (".csv", ".parquet")


def file_hash(path: str) -> str:
    """MD5 of the file's bytes in hexadecimal: tells a changed file, not a forged one."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def modified_at(path: str) -> str:
    """When the file was last written, to the microsecond: DuckDB tells whole seconds."""
    moment = Path(path).stat().st_mtime_ns // 1000
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)).isoformat()


def parquet_problem(path: str) -> str | None:
    """Why a file cannot be Parquet (None when it can): its first and last four bytes must be PAR1."""
    data = Path(path)
    if data.stat().st_size < 12:
        return "is shorter than any Parquet file (was it cut off while being copied?)"
    with open(path, "rb") as file:
        head = file.read(4)
        file.seek(-4, 2)
        tail = file.read(4)
    if head != b"PAR1" or tail != b"PAR1":
        return "does not begin and end with the Parquet mark (was it cut off while being copied?)"
    return None


def _may_mix_line_ends(path: str) -> bool:
    """True where a file has more than one of CRLF, LF and CR, be it inside quoted fields; reads it once, in pieces."""
    feeds = returns = both = 0
    last = b""
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            feeds += piece.count(b"\n")
            returns += piece.count(b"\r")
            both += (last + piece).count(b"\r\n")
            last = piece[-1:]
    return sum((both > 0, feeds > both, returns > both)) > 1


class _LineEnds:
    """The kinds of line ends seen at the ends of records, each with the first line that has it."""

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}

    def problem(self, record: Record) -> str | None:
        """Take a record; what is wrong once two kinds were seen."""
        end = record.line_end
        if end and end not in self.seen:
            self.seen[end] = record.line + record.line_count - 1
        if len(self.seen) < 2:
            return None
        places = " and ".join(f"{kind} (line {place})" for kind, place in self.seen.items())
        advice = "save it anew with one of them"
        if "CR" in self.seen:
            advice += "; a field that holds a line break needs quotation marks"
        return f"has line ends of two kinds, {places}: {advice}"


def mixed_line_ends(path: str) -> str | None:
    """Why no reader is sure where the records of a CSV file end (None when it is): not all end alike."""
    if not _may_mix_line_ends(path):
        return None
    ends = _LineEnds()
    return next((problem for record in records(path) if (problem := ends.problem(record))), None)


def csv_header(path: str) -> tuple[list[str], str | None]:
    """Column names of a CSV file, trimmed and lower-cased, and what is wrong with its start (None: nothing)."""
    with open(path, "rb") as file:
        start = file.read(4096)
        if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in start:
            return [], "is UTF-16 or binary: export it as UTF-8"
        piece = start
        while piece and not piece.strip():
            piece = file.read(1 << 20)
        if not piece:
            return [], "is empty"
    first = next(records(path))
    if first.fields is None:
        return [], (
            "has no header that can be read: the quotation marks of its first line do not match"
        )
    # bytes that are no UTF-8 are told by a sign in their place
    names = [
        name.encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip().lower()
        for name in first.fields
    ]
    if not any(names):
        return (
            [],
            "has no header that can be read: its first line is empty, and has to name the columns",
        )
    return names, None


def own_names(header: list[str]) -> list[str]:
    """A name for each column: a repeated, empty or reserved one gets a name that no header can have."""
    return [
        name
        if name and name not in header[:place] and name not in RESERVED_NAMES
        else f" {place + 1}"
        for place, name in enumerate(header)
    ]


@functools.cache
def _contract(project: Path) -> dict[str, TableContract]:
    return read_contract(project)


def read_places(path: str, header: list[str]) -> list[int]:
    """The places of the columns that count: those of the table's contract, all where the file belongs to no table."""
    place = Path(path)
    contract = _contract(project_dir().resolve())
    table = contract.get(f"{place.parent.name}.{place.stem}") or contract.get(
        f"{place.parent.parent.name}.{place.parent.name}"
    )
    if table is None:
        return list(range(len(header)))
    return [header.index(column) for column in table.columns if column in header]


def is_record(record: Record, width: int) -> bool:
    """False for an empty line; where there is one column only, that is a record without a value."""
    return record.fields != [] or width == 1


def _fits(fields: list[str], width: int) -> bool:
    """True for the right number of fields; what follows the last one is none as long as it is empty."""
    return len(fields) == width or (len(fields) > width and not any(fields[width:]))


def is_readable(record: Record, width: int, places: list[int]) -> bool:
    """True for a record with the right number of fields, not too long, and valid UTF-8 where it counts."""
    if record.fields is None or not _fits(record.fields or [""], width):
        return False
    is_long = len(record.text) > MOST_BYTES // 4  # a sign has four bytes at most
    if is_long and len(record.text.encode("utf-8", "surrogateescape")) > MOST_BYTES:
        return False
    if record.text.isascii() or _is_valid(record.text):
        return True
    return all(_is_valid(record.fields[place]) for place in places)


def _is_valid(text: str) -> bool:
    """True where no byte stands behind a surrogate escape."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _broken_record(record: Record, width: int) -> str | None:
    """Why no loader can be trusted with an unreadable record (None: it is unreadable, and that is all)."""
    if record.line_count > 1 and (record.fields is None or not _fits(record.fields, width)):
        return (
            f"has an unreadable record from line {record.line} to line {record.line + record.line_count - 1}: "
            "most likely a stray quotation mark that swallows the lines behind it"
        )
    if record.loose_end and _fits(record.loose_end, width):
        return (
            f"has an unreadable record in line {record.line} whose end looks like a record of its own: most likely "
            "a stray quotation mark (inside a quoted field it is written twice)"
        )
    return None


def csv_layout(path: str) -> dict[str, object]:
    """Count a CSV file's records and say on which line each readable one begins.

    Returns `records` (all), `readable` (see is_readable), `loads` ([loaded_at text or null, records]), `offsets`
    ([first readable record, line minus record number], where it changes) and `problem`.
    """
    header, problem = csv_header(path)
    if problem:
        return _no_layout(problem)
    width = len(header)
    places = read_places(path, header)
    load_column = header.index("loaded_at") if "loaded_at" in header else None
    loads: Counter[str | None] = Counter()
    offsets: list[list[int]] = []
    count = readable = 0
    ends = _LineEnds() if _may_mix_line_ends(path) else None
    for number, record in enumerate(records(path)):
        mixed = ends.problem(record) if ends else None
        if mixed:
            return _no_layout(mixed)
        if number == 0 or not is_record(record, width):
            continue
        count += 1
        if record.fields is None or not is_readable(record, width, places):
            problem = _broken_record(record, width) or problem
            loads[None] += 1
            continue
        readable += 1
        load = record.fields[load_column] if load_column is not None and record.fields else None
        loads[load] += 1
        shift = record.line - readable
        if not offsets or offsets[-1][1] != shift:
            offsets.append([readable, shift])
    return {
        "records": count,
        "readable": readable,
        "loads": [[load, number] for load, number in loads.items()],
        "offsets": offsets,
        "problem": problem,
    }


def _no_layout(problem: str) -> dict[str, object]:
    return {"records": 0, "readable": 0, "loads": [], "offsets": [], "problem": problem}


def csv_header_json(path: str) -> str:
    """`csv_header` as JSON, for SQL."""
    columns, problem = csv_header(path)
    return json.dumps({"columns": columns, "problem": problem}, ensure_ascii=False)


def csv_layout_json(path: str) -> str:
    """`csv_layout` as JSON, for SQL."""
    return json.dumps(csv_layout(path), ensure_ascii=True)
