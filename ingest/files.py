"""A drop folder: whatever is put in is taken once, when it is whole; the folder itself is never changed."""

from __future__ import annotations

import fnmatch
import hashlib
import os
import stat
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.commits import SourceState, read_json, write_whole
from ingest.landing import UNREADABLE, Counts, land_parquet, land_records
from ingest.limits import Limits
from ingest.mapping import DELIMITERS, Source, Table
from ingest.readers import (
    Record,
    Refused,
    Sheet,
    check_archive,
    encoding_of,
    member_name,
    read_csv,
    read_json_lines,
    read_workbook,
    unpack,
)

TEXT, JSON, EXCEL, PARQUET, ZIP = "csv", "jsonl", "xlsx", "parquet", "zip"
KINDS = {
    ".csv": TEXT,
    ".txt": TEXT,
    ".tsv": TEXT,
    ".jsonl": JSON,
    ".ndjson": JSON,
    ".json": JSON,
    ".xlsx": EXCEL,
    ".xlsm": EXCEL,
    ".parquet": PARQUET,
    ".zip": ZIP,
}
# What programs call a file that they are still writing.
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", ".download")
DEEPEST = 8


@dataclass
class Result:
    """What one source did."""

    source: str
    load_id: str | None = None
    files: int = 0
    records: int = 0
    rejected: int = 0
    held: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    schema_changes: list[dict[str, str]] = field(default_factory=list)
    problem: str | None = None


@dataclass(frozen=True)
class Dropped:
    """One file of the folder, as it was when it was looked at."""

    path: Path
    name: str
    size: int
    modified: int

    @classmethod
    def of(cls, path: Path, root: Path) -> Dropped:
        found = path.lstat()
        return cls(path, str(path.relative_to(root)), found.st_size, found.st_mtime_ns)

    def is_unchanged(self) -> bool:
        """False where somebody wrote to it since."""
        try:
            found = self.path.lstat()
        except FileNotFoundError:
            return False
        return (found.st_size, found.st_mtime_ns) == (self.size, self.modified)


def dropped_files(folder: Path, result: Result) -> list[Dropped]:
    """Regular files of a folder and its sub-folders, oldest first. Links are named and never followed."""
    found: list[Dropped] = []
    waiting = [(folder, 0)]
    while waiting:
        place, depth = waiting.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                path = Path(entry.path)
                name = str(path.relative_to(folder))
                if entry.is_symlink():
                    result.held.append(f"{name}: is a link, and links are not followed")
                elif entry.name.startswith((".", "~$")):
                    continue
                elif entry.is_dir(follow_symlinks=False):
                    if depth < DEEPEST:
                        waiting.append((path, depth + 1))
                elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                    result.held.append(f"{name}: is no regular file")
                elif entry.name.lower().endswith(UNFINISHED):
                    result.waiting.append(name)
                else:
                    found.append(Dropped.of(path, folder))
    return sorted(found, key=lambda file: (file.modified, file.name))


class DropFolder:
    """Takes what is new in a drop folder into one load."""

    def __init__(
        self, source: Source, state: SourceState, limits: Limits, seen_folder: Path
    ) -> None:
        self.source = source
        self.state = state
        self.limits = limits
        self.watch = seen_folder / f"{source.name}.seen.json"
        self.result = Result(source.name)
        self.now = time.time()
        self.targets: list[Path] = []
        self.reasons: Counter[str] = Counter()

    def run(self) -> Result:
        """Take every whole file that was not taken before, and land what came of it."""
        folder: Path = self.source.options["folder"]
        if not folder.is_dir():
            self.result.problem = f"{folder}: there is no such folder"
            return self.result
        files = dropped_files(folder, self.result)
        self.load = self.state.begin()
        try:
            self.memory = read_json(self.load.state / "files.json")
            for key in ("seen", "held", "known", "columns"):
                self.memory.setdefault(key, {})
            before = repr(self.memory)
            for file in self._whole(files):
                self._take(file)
            self.memory["known"] = {
                name: known
                for name, known in self.memory["known"].items()
                if name in {file.name for file in files}
            }
            if repr(self.memory) == before:
                self.state.abandon(self.load)
                return self.result
            write_whole(self.load.state / "files.json", self.memory)
            self.result.load_id = self.load.load_id
            self.state.commit(self.load, self._record())
        except BaseException:
            if (self.state.current() or {}).get("load_id") != self.load.load_id:
                self.state.abandon(self.load)
            raise
        return self.result

    def _record(self) -> dict[str, Any]:
        result = self.result
        return {
            "kind": self.source.kind,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "records": result.records,
            "rejected": result.rejected,
            "reasons": dict(self.reasons),
            "held": result.held,
            "schema_changes": result.schema_changes,
        }

    def _whole(self, files: list[Dropped]) -> Iterator[Dropped]:
        """The files that nobody writes to any more, as far as their times and two looks at them tell."""
        settle = self.source.options["settle_seconds"]
        looks = read_json(self.watch)
        fresh: dict[str, Any] = {}
        whole = []
        for file in files:
            look = [file.size, file.modified]
            former = looks.get(file.name)
            first_seen = former[2] if former and former[:2] == look else self.now
            age = self.now - file.modified / 1e9
            # a time in the future tells nothing; then an unchanged second look must do
            if age >= settle or (age < 0 and abs(self.now - first_seen) >= max(settle, 0.001)):
                whole.append(file)
            else:
                fresh[file.name] = [*look, first_seen]
                self.result.waiting.append(file.name)
        if fresh != looks:
            write_whole(self.watch, fresh)
        yield from whole

    def _take(self, file: Dropped) -> None:
        """One file: nothing of it is landed unless all of it can be."""
        known = self.memory["known"].get(file.name)
        if known and known[:2] == [file.size, file.modified]:
            digest = known[2]
        else:
            digest = _digest(file.path)
            self.memory["known"][file.name] = [file.size, file.modified, digest]
        kind = KINDS.get(file.path.suffix.lower())
        if kind is None:
            self.result.notes.append(f"{file.name}: {_unknown_kind(file.path)}")
            return
        if kind == ZIP:
            self._take_archive(file, digest)
            return
        self._take_parts(file, [(file.path, file.name, kind, digest)], digest)

    def _take_archive(self, file: Dropped, digest: str) -> None:
        folder = self.load.folder / "unpacked"
        folder.mkdir(exist_ok=True)
        if digest in self.memory["seen"]:
            return
        try:
            parts = []
            with zipfile.ZipFile(file.path) as archive:
                for place, member in enumerate(check_archive(archive)):
                    name = member_name(member).replace("\\", "/")
                    kind = KINDS.get(Path(name).suffix.lower())
                    if kind == ZIP:
                        raise Refused("holds an archive within the archive: unpack it first")
                    if kind is None or Path(name).name.startswith((".", "~$", "__MACOSX")):
                        self.result.notes.append(f"{file.name}: {name} in it is no table")
                        continue
                    target = folder / f"{place}{Path(name).suffix.lower()}"
                    unpack(archive, member, target)
                    parts.append((target, name, kind, _digest(target)))
        except zipfile.BadZipFile:
            self._hold(file, digest, "is no zip archive, or was cut off")
            return
        except Refused as refused:
            self._hold(file, digest, str(refused))
            return
        if self._take_parts(file, parts, digest):
            self.memory["seen"][digest] = [file.name, self.load.load_id]
        for path, *_ in parts:
            path.unlink()

    def _take_parts(
        self, file: Dropped, parts: list[tuple[Path, str, str, str]], digest: str
    ) -> bool:
        """Land the tables that a file (or the files of an archive) hold; False where it was held or waits."""
        first = len(self.targets)
        taken: dict[str, Any] = {}
        counted = Counts()
        loaded_at = self._load_time(file)
        changes: list[dict[str, str]] = []
        columns = dict(self.memory["columns"])
        try:
            for path, name, kind, part_digest in parts:
                tables = [table for table in self.source.tables if _is_for(table, name)]
                if not tables:
                    self.result.notes.append(f"{name}: no table of the mapping is for it")
                for table in tables:
                    key = f"{part_digest}:{table.into}:{table.options.get('sheets', '')}"
                    if key in self.memory["seen"] or key in taken:
                        continue
                    for counts, header in self._convert(table, path, kind, loaded_at):
                        self.limits.check(table.contract, counts)
                        counted.records += counts.records
                        counted.rejected += counts.rejected
                        counted.reasons += counts.reasons
                        changes += self._changes(columns, table, header, name)
                    taken[key] = [name, self.load.load_id]
        except (Refused, PermissionError) as refused:
            remove_targets(self.targets[first:])
            self._hold(file, digest, str(refused))
            return False
        if not file.is_unchanged():
            remove_targets(self.targets[first:])
            self.memory["known"].pop(file.name, None)
            self.result.waiting.append(file.name)
            return False
        self.memory["held"].pop(digest, None)
        if taken:
            self.memory["seen"].update(taken)
            self.memory["columns"] = columns
            self.memory["last_loaded_at"] = loaded_at
            self.result.files += sum(target.exists() for target in self.targets[first:])
            self.result.records += counted.records
            self.result.rejected += counted.rejected
            self.result.schema_changes += changes
            self.reasons += counted.reasons
            if counted.reasons[UNREADABLE]:
                self.result.notes.append(
                    f"{file.name}: {counted.reasons[UNREADABLE]} unreadable records will be quarantined"
                )
        return True

    def _convert(
        self, table: Table, path: Path, kind: str, loaded_at: str
    ) -> Iterator[tuple[Counts, list[str]]]:
        """Land the sets of records in a file, one after the other; yield (counts, header) of each."""
        row = table.options.get("header_row", 1)
        if kind == PARQUET:
            target = self._target(table)
            yield land_parquet(table, path, target, loaded_at), parquet_names(path)
        elif kind == JSON:
            header = json_header(read_json_lines(path))
            target = self._target(table)
            yield (
                land_records(table, header, read_json_lines(path), target, loaded_at),
                header,
            )
        else:
            with ExitStack() as stack:
                sheets: Iterator[Sheet] | list[Sheet]
                if kind == EXCEL:
                    reader = read_workbook(path, str(table.options.get("sheets", "*")), row)
                    stack.callback(reader.close)  # type: ignore[attr-defined]
                    sheets = reader
                else:
                    encoding = encoding_of(path, table.options.get("encoding", "auto"))
                    delimiter = DELIMITERS[table.options.get("delimiter", "auto")]
                    sheets = [read_csv(path, encoding, delimiter, row)]
                for sheet in sheets:
                    stack.callback(sheet.close)
                    target = self._target(table)
                    if not sheet.header:
                        self.result.notes.append(f"sheet {sheet.name} is empty")
                        continue
                    counts = land_records(table, sheet.header, sheet.records, target, loaded_at)
                    yield counts, sheet.header

    def _target(self, table: Table) -> Path:
        name = f"{self.load.load_id}-{self.source.name}-{len(self.targets) + 1:04d}.parquet"
        target = self.load.landed / table.contract.system / table.contract.table / name
        self.targets.append(target)
        return target

    def _load_time(self, file: Dropped) -> str:
        """When the file was written, but later than every file taken before: the last one to come counts."""
        moment = datetime.fromtimestamp(min(file.modified / 1e9, self.now), UTC)
        last = self.memory.get("last_loaded_at")
        if last:
            moment = max(moment, datetime.fromisoformat(last) + timedelta(milliseconds=1))
        return moment.isoformat(timespec="milliseconds")

    def _changes(
        self, columns: dict[str, Any], table: Table, header: list[str], name: str
    ) -> list[dict[str, str]]:
        """How the columns of an export differ from the ones it had before."""
        key = f"{table.into}:{table.options['files']}:{table.options.get('sheets', '')}"
        before, now = columns.get(key), sorted(set(header) - {""})
        columns[key] = now
        if before is None or before == now:
            return []
        return [
            {"table": table.into, "file": name, "column": column, "change": change}
            for change, found in (
                ("added", sorted(set(now) - set(before))),
                ("removed", sorted(set(before) - set(now))),
            )
            for column in found
        ]

    def _hold(self, file: Dropped, digest: str, why: str) -> None:
        """Nothing of the file is taken; it is tried again at every run, as the mapping may have been mended."""
        self.memory["held"][digest] = [file.name, why]
        self.result.held.append(f"{file.name}: {why}")


def _is_for(table: Table, name: str) -> bool:
    pattern = table.options["files"]
    return fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(Path(name).name, pattern)


def _unknown_kind(path: Path) -> str:
    if path.suffix.lower() == ".xls":
        return "is the old Excel format: save it as .xlsx"
    return f"is none of {', '.join(sorted(KINDS))}"


def _digest(path: Path) -> str:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with open(handle, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove_targets(targets: list[Path]) -> None:
    """Take back what was written of a file, whole or not."""
    for target in targets:
        target.unlink(missing_ok=True)
        target.with_name(f"{target.stem}-unreadable.parquet").unlink(missing_ok=True)


def json_header(records: Iterator[Record]) -> list[str]:
    """Every name that any record has, in the order of their coming."""
    names: dict[str, None] = {}
    for record in records:
        names.update(dict.fromkeys(record.fields))
    return list(names)


def parquet_names(path: Path) -> list[str]:
    """The columns of a Parquet file."""
    import pyarrow.parquet as pq

    return list(pq.read_schema(path).names)
