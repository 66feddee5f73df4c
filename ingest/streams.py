"""Event streams as micro-batches: files that others append to while we read. Only whole lines are taken.

A file is known by its first line, so that one that is rotated away under another name goes on where it was, and one
that begins anew under the old name begins anew here.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.commits import SourceState, read_json, write_whole
from ingest.files import (
    JSON,
    KINDS,
    PARQUET,
    Dropped,
    Result,
    dropped_files,
    json_header,
    parquet_names,
    remove_targets,
)
from ingest.landing import Counts, land_parquet, land_records
from ingest.mapping import Source, Table
from ingest.readers import LONGEST_LINE, Refused, read_json_lines

LARGEST_BATCH = 64_000_000
PARQUET_MARK = b"PAR1"


class Stream:
    """Takes what was appended since the last run into one load."""

    def __init__(self, source: Source, state: SourceState) -> None:
        self.source = source
        self.state = state
        self.result = Result(source.name)
        self.number = 0

    def run(self) -> Result:
        """Take every whole line, and every whole Parquet file, that was not taken before."""
        folder: Path = self.source.options["folder"]
        if not folder.is_dir():
            self.result.problem = f"{folder}: there is no such folder"
            return self.result
        files = dropped_files(folder, self.result)
        self.load = self.state.begin()
        try:
            kept = read_json(self.load.state / "places.json")
            self.last: dict[str, str] = kept.pop("", {})
            self.known = self._known(kept)
            before = repr(self.known)
            for file in files:
                for table in self.source.tables:
                    if _is_for(table, file.name):
                        # each table reads a file by itself
                        self.places = self.known[table.into]
                        self._take(file, table, {other.name for other in files})
            if repr(self.known) == before:
                self.state.abandon(self.load)
                return self.result
            write_whole(self.load.state / "places.json", {"tables": self.known, "": self.last})
            self.result.load_id = self.load.load_id
            self.state.commit(
                self.load,
                {
                    "kind": "stream",
                    "at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "records": self.result.records,
                    "rejected": self.result.rejected,
                    "held": self.result.held,
                    "schema_changes": self.result.schema_changes,
                },
            )
        except BaseException:
            if (self.state.current() or {}).get("load_id") != self.load.load_id:
                self.state.abandon(self.load)
            raise
        return self.result

    def _known(self, kept: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """Places by table and file; what is kept of earlier versions has them by file, taken into its first table."""
        by_table = kept.get("tables", {})
        known: dict[str, dict[str, Any]] = {
            table.into: by_table.get(table.into, {}) for table in self.source.tables
        }
        for name, place in kept.items() if "tables" not in kept else ():
            first = next((table for table in self.source.tables if _is_for(table, name)), None)
            if first:
                known[first.into][name] = place
        # a table that is not mapped now goes on where it was when it is mapped again
        return {**by_table, **known}

    def _take(self, file: Dropped, table: Table, present: set[str]) -> None:
        kind = KINDS.get(file.path.suffix.lower())
        if kind == PARQUET:
            self._take_parquet(file, table)
        elif kind == JSON or ".jsonl" in file.path.name:
            self._take_lines(file, table, present)
        else:
            self.result.notes.append(f"{file.name}: a stream is JSON lines or Parquet")

    def _take_lines(self, file: Dropped, table: Table, present: set[str]) -> None:
        head = _first_line(file.path)
        if head is None:
            self.result.waiting.append(file.name)
            return
        place = self._place(file, head, present)
        while True:
            start = place["offset"]
            end = _end_of_whole_lines(file.path, start)
            if end <= start:
                break
            header = json_header(read_json_lines(file.path, start, end))
            target = self._target(table)
            try:
                counts = land_records(
                    table, header, read_json_lines(file.path, start, end), target, self._time()
                )
            except Refused as refused:
                remove_targets([target])
                self.result.held.append(f"{file.name}: from byte {start} on it {refused}")
                return
            place["offset"] = end
            self._count(counts)
            self._note_changes(place, table, header, file.name)
        if start < file.path.stat().st_size:
            self.result.waiting.append(f"{file.name} (its last line is not finished)")

    def _place(self, file: Dropped, head: str, present: set[str]) -> dict[str, Any]:
        """Where reading goes on: under this name, or under the name that the file had before it was rotated."""
        known = self.places.get(file.name)
        if known and known["head"] == head and known["offset"] <= file.path.stat().st_size:
            return dict_of(self.places, file.name)
        for name, other in list(self.places.items()):
            moved = name not in present or _first_line_of(self.source, name) != other["head"]
            if other["head"] == head and name != file.name and moved:
                self.places[file.name] = dict(other)
                if name not in present:
                    del self.places[name]
                return dict_of(self.places, file.name)
        self.places[file.name] = {"head": head, "offset": 0}
        return dict_of(self.places, file.name)

    def _take_parquet(self, file: Dropped, table: Table) -> None:
        if file.name in self.places:
            return
        with open(file.path, "rb") as content:
            head = content.read(4)
            content.seek(-min(4, file.size), 2)
            if file.size < 12 or head != PARQUET_MARK or content.read(4) != PARQUET_MARK:
                self.result.waiting.append(file.name)
                return
        target = self._target(table)
        try:
            counts = land_parquet(table, file.path, target, self._time())
        except Refused as refused:
            remove_targets([target])
            self.result.held.append(f"{file.name}: {refused}")
            return
        self.places[file.name] = {"head": "parquet", "offset": file.size}
        self._count(counts)
        self._note_changes(self.places[file.name], table, parquet_names(file.path), file.name)

    def _count(self, counts: Counts) -> None:
        self.result.files += 1
        self.result.records += counts.records
        self.result.rejected += counts.rejected

    def _note_changes(
        self, place: dict[str, Any], table: Table, header: list[str], name: str
    ) -> None:
        """A name that no earlier event of the file had; that an event lacks one is no change."""
        before = place.get("columns")
        place["columns"] = sorted({*(before or []), *header})
        if before is not None:
            self.result.schema_changes += [
                {"table": table.into, "file": name, "column": column, "change": "added"}
                for column in sorted(set(header) - set(before))
            ]

    def _time(self) -> str:
        """Now, but later than every batch before."""
        moment = datetime.now(UTC)
        last = self.last.get("loaded_at")
        if last:
            moment = max(moment, datetime.fromisoformat(last) + timedelta(milliseconds=1))
        text = moment.isoformat(timespec="milliseconds")
        self.last = {"loaded_at": text}
        return text

    def _target(self, table: Table) -> Path:
        self.number += 1
        name = f"{self.load.load_id}-{self.source.name}-{self.number:04d}.parquet"
        return self.load.landed / table.contract.system / table.contract.table / name


def _is_for(table: Table, name: str) -> bool:
    """Whether a table takes a file of this name."""
    return Path(name).match(str(table.options["files"]))


def dict_of(places: dict[str, Any], name: str) -> dict[str, Any]:
    """A place that can be moved on."""
    found: dict[str, Any] = places[name]
    return found


def _first_line(path: Path) -> str | None:
    """The first line's hash, None where it is not finished."""
    with open(path, "rb") as file:
        line = file.readline(LONGEST_LINE)
    return hashlib.sha256(line).hexdigest() if line.endswith(b"\n") else None


def _first_line_of(source: Source, name: str) -> str | None:
    path = source.options["folder"] / name
    return _first_line(path) if name and path.is_file() else None


def _end_of_whole_lines(path: Path, start: int) -> int:
    """Where the last whole line ends, within one batch from `start`."""
    with open(path, "rb") as file:
        file.seek(start)
        block = file.read(LARGEST_BATCH)
    return start + block.rfind(b"\n") + 1
