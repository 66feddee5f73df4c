"""The records of a CSV file as they stand in it, one after the other, by the rules of the loader.

Python's own `csv` takes most records. What it takes otherwise than the loader is read here by hand: a space before an
opening quotation mark or after a closing one is none of the field's, a fault in one field leaves the rest of the record
to be read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import NamedTuple, TextIO

csv.field_size_limit(2**31 - 1)

# The loader refuses a longer record (max_line_size in macros/engine/landed_branches.sql).
MOST_BYTES = 32 << 20
SPACES = re.compile(" *")
PLAIN = re.compile(r"[^,\r\n]*")
# of what stands inside quotation marks the loader leaves out each mark and takes the sign behind it as it is
INNER_MARK = re.compile(r'"(.?)', flags=re.DOTALL)


class Record(NamedTuple):
    """One record: the line on which it begins (from 1), how many it takes, its text, its fields.

    No fields: an empty line. None: its quotation marks do not match; `loose_end` are then the fields that the loader
    takes for a second record, where it does so. `is_open`: the file ends inside quotation marks.
    """

    line: int
    line_count: int
    text: str
    fields: list[str] | None
    loose_end: list[str] | None = None
    is_open: bool = False

    @property
    def line_end(self) -> str:
        """How the record ends; nothing where the file ends first."""
        if self.is_open:
            return ""
        if self.text.endswith("\r\n"):
            return "CRLF"
        return {"\n": "LF", "\r": "CR"}.get(self.text[-1:], "")


class _Lines:
    """Hands lines on, keeps those of the current record, and takes them back."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.taken: list[str] = []
        self.returned: list[str] = []
        self.is_doubtful = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.returned.pop() if self.returned else next(self.file)
        self.taken.append(line)
        if ' "' in line and (', "' in line or line.startswith(' "')):
            self.is_doubtful = True
        return line

    def give_back(self) -> None:
        """Take back the lines of the current record: it is read anew."""
        self.returned.extend(reversed(self.taken))
        self.taken.clear()

    def settle(self) -> list[str]:
        """The lines of the record that ends here."""
        taken, self.taken, self.is_doubtful = self.taken, [], False
        return taken


def records(path: str) -> Iterator[Record]:
    """Every record of a CSV file, header and empty lines included; invalid UTF-8 as surrogate escapes."""
    with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        lines = _Lines(file)
        reader = csv.reader(lines, strict=True)
        place = 1
        while True:
            try:
                fields: list[str] | None = next(reader)
            except StopIteration:
                return
            except csv.Error:
                fields = None
            loose_end, is_open = None, False
            if fields is None or lines.is_doubtful:
                lines.give_back()
                fields, loose_end, is_open = _read_by_hand(lines)
            taken = lines.settle()
            yield Record(place, len(taken), "".join(taken), fields, loose_end, is_open)
            place += len(taken)


def _read_by_hand(lines: Iterator[str]) -> tuple[list[str] | None, list[str] | None, bool]:
    """What the next record holds: fields, loose_end and is_open (see Record)."""
    text = next(lines)
    if not text.strip("\r\n"):
        return [], None, False
    fields: list[str] = []
    faults: list[int] = []
    place = 0
    while True:
        value = ""
        opening = place + (text[place : place + 2] == ' "')
        is_quoted = text.startswith('"', opening)
        if is_quoted:
            place = opening + 1
            while True:
                end = text.find('"', place)
                if end < 0:
                    value += text[place:]
                    place = 0
                    try:
                        text = next(lines)
                    except StopIteration:
                        return None, None, True
                    continue
                spaces = SPACES.match(text, end + 1)
                after = spaces.end() if spaces else end + 1
                value += text[place:end]
                place = after
                if not text.startswith('"', after):
                    break
                # doubled: a quotation mark; with spaces between: the field goes on behind them
                value += text[end : after + 1]
                place = after + 1
            value = INNER_MARK.sub(r"\1", value)
        plain = PLAIN.match(text, place)
        rest = plain.group() if plain else ""
        if rest and is_quoted:
            faults.append(len(fields))
        place += len(rest)
        fields.append(value + rest)
        if not text.startswith(",", place):
            break
        place += 1
    if not faults:
        return fields, None, False
    # every second fault makes the loader count the record's fields anew
    return None, fields[faults[-1] :] if len(faults) % 2 == 0 else None, False
