"""Exports read record by record: CSV, Excel, JSON lines. Everything comes out as text, as it would stand in a CSV.

Input is hostile: sizes are bounded, nothing in a file names a path that is opened, and XML is read without entities.
"""

from __future__ import annotations

import codecs
import csv
import fnmatch
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

csv.field_size_limit(2**31 - 1)

NULL_WORDS = {"", "NULL", "null", "\\N", "N/A", "-"}
LARGEST_RATIO = 200
LARGEST_TOTAL = 20_000_000_000
MOST_MEMBERS = 10_000
LONGEST_LINE = 50_000_000
MOST_PLACES = 300
MANY = 1 << 20


class Refused(ValueError):
    """A file cannot be taken as it is; the message says why and what to do."""


@dataclass(frozen=True)
class Record:
    """One record of an export: its number, and its fields by column; `problem` where it cannot be read."""

    number: int
    fields: dict[str, Any]
    problem: str | None = None


@dataclass(frozen=True)
class Sheet:
    """A named set of records with one header: a CSV file, a sheet of a workbook."""

    name: str
    header: list[str]
    records: Iterator[Record]
    close: Callable[[], None] = lambda: None


def is_nothing(value: object) -> bool:
    """True for null and for the contract's null words."""
    return value is None or (isinstance(value, str) and value.strip() in NULL_WORDS)


def text_of(value: object) -> str | None:
    """A value as the landing contract has it in text."""
    if value is None:
        return None
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        # no column holds such a number, and written out it may be as long as memory
        return str(value) if abs(value.adjusted()) > MOST_PLACES else format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.tzinfo is None else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict | list | tuple):
        return whole(json.dumps(value, ensure_ascii=False, default=text_of))
    return str(value)


def whole(text: str) -> str:
    """A text without halves of letters, which JSON can hold where something was cut off, and no file."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


# ---------------------------------------------------------------------------------------------- text


def encoding_of(path: Path, declared: str = "auto") -> str:
    """The encoding of a text file: the declared one, else by its mark, else whichever reads it without a fault.

    A file that is UTF-8 but for a few bytes is UTF-8: the lines with the broken bytes are told, not guessed.
    """
    with open(path, "rb") as file:
        start = file.read(4)
    if start[:3] == codecs.BOM_UTF8:
        return "utf-8-sig"
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if declared != "auto":
        return declared
    if _reads(path, "utf-8"):
        return "utf-8"
    if _broken_share(path) < 0.1:
        return "utf-8"
    if _reads(path, "gb18030"):
        return "gb18030"
    raise Refused(
        "is neither UTF-8 nor GB18030: export it as UTF-8, or declare `encoding:` in the mapping"
    )


def _reads(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with open(path, "rb") as file:
            while block := file.read(MANY):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _broken_share(path: Path) -> float:
    """Of the letters beyond ASCII, how many are no UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = beyond = 0
    with open(path, "rb") as file:
        while block := file.read(MANY):
            text = decoder.decode(block)
            if not text.isascii():
                broken += text.count("\ufffd")
                beyond += sum(1 for letter in text if letter > "\x7f")
    return broken / beyond if beyond else 1.0


def read_csv(path: Path, encoding: str, delimiter: str, header_row: int) -> Sheet:
    """The records of a CSV file; `delimiter` empty: the one that the header has most of."""
    # closed by its reader, or by the sheet: records are read after this function has returned
    file = open(path, encoding=encoding, errors="surrogateescape", newline="")  # noqa: SIM115
    for _ in range(header_row - 1):
        file.readline(LONGEST_LINE)
    if not delimiter:
        place = file.tell()
        line = file.readline(LONGEST_LINE)
        file.seek(place)
        delimiter = max(",;\t|", key=lambda one: (line.count(one), one == ","))
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    try:
        header = [_header(name) for name in next(reader, [])]
    except csv.Error as error:
        file.close()
        raise Refused(f"its header cannot be read ({error})") from None
    if not any(header):
        file.close()
        raise Refused(f"has no header in row {header_row}")
    return Sheet("", header, _csv_records(file, reader, header, header_row), file.close)


def _csv_records(file: Any, reader: Any, header: list[str], header_row: int) -> Iterator[Record]:
    width, number, names = len(header), 0, _firsts(header)
    with file:
        before = reader.line_num
        while True:
            try:
                fields: list[str] | None = next(reader)
            except StopIteration:
                return
            except csv.Error:
                fields = None
            except UnicodeError:
                raise Refused("has bytes that are not of its encoding") from None
            first, lines = before + header_row, reader.line_num - before
            before = reader.line_num
            if fields == []:
                continue
            number += 1
            problem = None
            if fields is None:
                problem = "has a stray quotation mark"
            elif len(fields) < width or any(fields[width:]):
                problem = f"has {len(fields)} fields and not {width}"
            elif any("\udc80" <= letter <= "\udcff" for letter in "".join(fields)):
                problem = "has bytes that are not of its encoding"
            if problem and lines > 1:
                raise Refused(
                    f"has an unreadable record from line {first} to line {first + lines - 1}: most likely a "
                    "stray quotation mark that swallows the lines behind it. Export it again with quotation "
                    'marks doubled ("")'
                )
            if problem:
                yield Record(number, {}, f"line {first} {problem}")
            else:
                pairs = zip(names, fields or [], strict=False)
                yield Record(number, {name: _plain(field) for name, field in pairs if name})


def _firsts(header: list[str]) -> list[str]:
    """The header, in which of columns of one name the first has it, as where a build reads the file."""
    return [name if header.index(name) == place else "" for place, name in enumerate(header)]


def _header(name: object) -> str:
    return " ".join(str(name if name is not None else "").replace("\ufeff", "").split())


def _plain(field: str) -> str:
    r"""A field without what makes spreadsheets show long numbers in full: ="123", 123 behind a tab or apostrophe."""
    if field[:1] in ("=", "\t", "'") or field[-1:] == "\t":
        found = re.fullmatch(r"=\"([^\"]*)\"|\t*'?([0-9]+)\t*", field)
        if found:
            return found[1] if found[1] is not None else found[2]
    return field


def read_json_lines(path: Path, start: int = 0, end: int | None = None) -> Iterator[Record]:
    """The records of a file with one JSON object a line; nested objects by dotted names, lists as JSON."""
    number = 0
    with open(path, "rb") as file:
        file.seek(start)
        place = start
        while end is None or place < end:
            line = file.readline(LONGEST_LINE)
            if not line:
                return
            place += len(line)
            number += 1
            if number == 1 and start == 0:
                line = line.removeprefix(codecs.BOM_UTF8)
            if not line.strip():
                number -= 1
                continue
            yield _json_record(number, line)


def _json_record(number: int, line: bytes) -> Record:
    try:
        found = json.loads(line.decode("utf-8"), parse_float=Decimal, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return Record(number, {}, f"line {number} is no JSON")
    if not isinstance(found, dict):
        return Record(number, {}, f"line {number} is no JSON object")
    return Record(number, flattened(found))


def flattened(found: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """Nested objects by dotted names: {"user": {"id": 1}} is {"user.id": 1}."""
    flat: dict[str, Any] = {}
    for key, value in found.items():
        name = whole(key)
        if isinstance(value, dict) and depth < 8:
            flat.update(flattened(value, f"{prefix}{name}.", depth + 1))
        else:
            flat[f"{prefix}{name}"] = value
    return flat


# --------------------------------------------------------------------------------------------- Excel


def read_workbook(path: Path, wanted: str, header_row: int) -> Iterator[Sheet]:
    """The sheets of a workbook whose names fit a pattern; a cell gives what it shows, not its formula."""
    import openpyxl

    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (Refused, OSError, MemoryError):
        raise
    except Exception as error:
        # whatever a parser that meets hostile or broken input comes up with
        raise Refused(f"is no Excel workbook, or was cut off ({type(error).__name__})") from None
    try:
        fitting = [sheet for sheet in book.worksheets if fnmatch.fnmatchcase(sheet.title, wanted)]
        if not fitting:
            raise Refused(f"has no sheet {wanted!r}; it has: {', '.join(book.sheetnames)}")
        for sheet in fitting:
            sheet.reset_dimensions()
            rows = _readable_rows(sheet)
            for _ in range(header_row - 1):
                next(rows, None)
            header = [_header(name) for name in next(rows, None) or ()]
            while header and not header[-1]:
                header.pop()
            yield Sheet(sheet.title, header, _workbook_records(rows, header))
    finally:
        book.close()


def _readable_rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    try:
        yield from sheet.iter_rows(values_only=True)
    except (OSError, MemoryError):
        raise
    except Exception as error:
        raise Refused(f"cannot be read to its end ({type(error).__name__})") from None


def _workbook_records(rows: Iterator[tuple[Any, ...]], header: list[str]) -> Iterator[Record]:
    number, names = 0, _firsts(header)
    for row in rows:
        if all(is_nothing(value) for value in row):
            continue
        number += 1
        fields = {name: text_of(value) for name, value in zip(names, row, strict=False) if name}
        yield Record(
            number, {name: _plain(value) if value else value for name, value in fields.items()}
        )


# ----------------------------------------------------------------------------------------------- zip


def check_archive(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of an archive; refuses one that is too large unpacked, too tightly packed, or leaves its folder."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise Refused(f"holds {len(members):,} files; at most {MOST_MEMBERS:,} are unpacked")
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if total > LARGEST_TOTAL or total > LARGEST_RATIO * max(packed, 1) + MANY:
        raise Refused(
            f"unpacks to {total:,} bytes from {packed:,}: at most {LARGEST_RATIO} times, and "
            f"{LARGEST_TOTAL:,} in all, are unpacked"
        )
    for member in members:
        parts = re.split(r"[\\/]", member.filename)
        if member.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            raise Refused("holds a file that leaves the archive's folder: nothing was unpacked")
        if (member.external_attr >> 16) & 0o170000 == 0o120000:
            raise Refused("holds a link: nothing was unpacked")
        if member.flag_bits & 0x1:
            raise Refused("is encrypted: unpack it first")
    return members


def member_name(member: zipfile.ZipInfo) -> str:
    """A member's name; old Windows packers write GB18030 and do not say so."""
    if member.flag_bits & 0x800:
        return member.filename
    raw = member.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """One member into a file of our naming; what its header says of its size is not believed."""
    try:
        with archive.open(member) as packed, open(target, "wb") as file:
            left = member.file_size
            while block := packed.read(MANY):
                left -= len(block)
                if left < 0:
                    raise Refused("holds a file that is larger than it says: nothing was taken")
                file.write(block)
    # zipfile: NotImplementedError for a compression that it does not know, RuntimeError for a missing password
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refused(f"cannot be unpacked ({type(error).__name__}): was it cut off?") from None
