"""What a landed file is, told by a reader that shares nothing with the one that loads it.

The loader is DuckDB; this module reads bytes and uses Python's own `csv`. It feeds the registry of landed files
(hash, records, load times), so that a file that the loader read differently is noticed.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

csv.field_size_limit(2**31 - 1)


def file_hash(path: str) -> str:
    """MD5 of the file's bytes in hexadecimal: tells a changed file, not a forged one."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


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


def _has_two_line_ends(path: str) -> bool:
    """True where a file has both CRLF and LF, be it inside quoted fields; reads it once, in pieces."""
    ends = windows_ends = 0
    last = b""
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            ends += piece.count(b"\n")
            windows_ends += (last + piece).count(b"\r\n")
            last = piece[-1:]
    return 0 < windows_ends < ends


def mixed_line_ends(path: str) -> str | None:
    """Why no reader is sure where the records of a CSV file end (None when it is): some by CRLF, some by LF."""
    if not _has_two_line_ends(path):
        return None
    seen: dict[str, int] = {}
    quotation_marks = 0
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            quotation_marks += line.count(b'"')
            # a line end between quotation marks belongs to the field
            if quotation_marks % 2 == 0 and line.endswith(b"\n"):
                seen.setdefault("CRLF" if line.endswith(b"\r\n") else "LF", number)
            if len(seen) == 2:
                places = " and ".join(f"{kind} (line {place})" for kind, place in seen.items())
                return f"has line ends of two kinds, {places}: save it anew with one of them"
    return None


def csv_header(path: str) -> tuple[list[str], str | None]:
    """Column names of a CSV file, trimmed and lower-cased, and what is wrong with its start (None: nothing)."""
    with open(path, "rb") as file:
        start = file.read(4096)
    if not start.strip():
        return [], "is empty"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in start:
        return [], "is UTF-16 or binary: export it as UTF-8"
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        header = next(csv.reader(file), [])
    return [name.strip().lower() for name in header], None


def is_readable(fields: list[str], width: int) -> bool:
    """True for a record with the right number of fields and valid UTF-8 (read with surrogate escapes)."""
    text = "".join(fields)
    return len(fields) == width and (
        text.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in text)
    )


def _records(path: str) -> Iterator[tuple[int, int, list[str] | None]]:
    """Yield (first line, lines taken, fields) for each data record; fields is None where it cannot be read."""
    with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, strict=True)
        next(reader, None)
        before = reader.line_num
        while True:
            try:
                fields: list[str] | None = next(reader)
            except StopIteration:
                return
            except csv.Error:
                fields = None
            first, lines = before + 1, reader.line_num - before
            before = reader.line_num
            if fields is None or fields:
                yield first, lines, fields


def csv_layout(path: str) -> dict[str, object]:
    """Count a CSV file's records and say on which line each readable one begins.

    Returns `records` (all), `readable` (right number of fields, valid UTF-8), `loads` ([loaded_at text or null,
    records]), `offsets` ([first readable record, line minus record number], where it changes) and `problem`.
    """
    header, problem = csv_header(path)
    problem = problem or mixed_line_ends(path)
    if problem:
        return {"records": 0, "readable": 0, "loads": [], "offsets": [], "problem": problem}
    load_column = header.index("loaded_at") if "loaded_at" in header else None
    loads: Counter[str | None] = Counter()
    shifts: list[tuple[int, int]] = []
    records = readable = 0
    for first, lines, fields in _records(path):
        records += 1
        if fields is None or not is_readable(fields, len(header)):
            if lines > 1:
                problem = (
                    f"has an unreadable record from line {first} to line {first + lines - 1}: "
                    "most likely a stray quotation mark that swallows the lines behind it"
                )
            loads[None] += 1
            continue
        readable += 1
        loads[fields[load_column] if load_column is not None else None] += 1
        shifts.append((readable, first - readable))
    offsets = [next(group) for _, group in groupby(shifts, key=lambda shift: shift[1])]
    return {
        "records": records,
        "readable": readable,
        "loads": [[load, count] for load, count in loads.items()],
        "offsets": [list(offset) for offset in offsets],
        "problem": problem,
    }


def csv_header_json(path: str) -> str:
    """`csv_header` as JSON, for SQL."""
    columns, problem = csv_header(path)
    return json.dumps({"columns": columns, "problem": problem}, ensure_ascii=False)


def csv_layout_json(path: str) -> str:
    """`csv_layout` as JSON, for SQL."""
    return json.dumps(csv_layout(path), ensure_ascii=True)
