"""State that changes as a whole: what a source has read, and the files that came of it.

Each source has a folder. A load is prepared in a folder of its own (`load-<id>`: the new state, and the files to
land); it counts from the moment at which `current.json` names it, which is one rename. Landing the files comes
after, and is done again by the next run where this one was killed. So a kill leaves a load that never was, or one
that the next run completes: nothing is lost, and nothing is landed twice.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from touchpoints import locks

FORMAT = "%Y%m%dT%H%M%S%fZ"


class AnotherRun(RuntimeError):
    """Another process works on the same state."""


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Let one process work on the state at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    busy = AnotherRun(f"another run works on {folder}; try again later")
    with locks.only_one(folder / "lock", busy):
        yield


@dataclass(frozen=True)
class Load:
    """A load that is being prepared."""

    load_id: str
    folder: Path

    @property
    def state(self) -> Path:
        """The state as it will be: begins as a copy of the last one."""
        return self.folder / "state"

    @property
    def landed(self) -> Path:
        """Files to land, as <system>/<table>/<name>.parquet."""
        return self.folder / "landed"


class SourceState:
    """What one source has read, and the load that is being made of it."""

    def __init__(self, state_folder: Path, source: str, raw_root: Path) -> None:
        self.source = source
        self.folder = state_folder / source
        self.loads = state_folder / "loads"
        self.raw_root = raw_root
        self.folder.mkdir(parents=True, exist_ok=True)
        self.loads.mkdir(exist_ok=True)

    def current(self) -> dict[str, Any] | None:
        """The last load that counts."""
        try:
            found: dict[str, Any] = json.loads((self.folder / "current.json").read_text("utf-8"))
        except FileNotFoundError:
            return None
        return found

    def recover(self) -> None:
        """Complete the last load, and remove what never became one."""
        current = self.current()
        kept = {f"load-{current['load_id']}"} if current else set()
        for path in self.folder.glob("load-*"):
            if path.name not in kept:
                shutil.rmtree(path)
        if current:
            self._land(current)

    def begin(self) -> Load:
        """A new load, with a copy of the state; its id is later than every former one, whatever the clock says."""
        current = self.current()
        moment = datetime.now(UTC)
        if current:
            last = datetime.strptime(current["load_id"], FORMAT).replace(tzinfo=UTC)
            moment = max(moment, last + timedelta(microseconds=1))
        load = Load(moment.strftime(FORMAT), self.folder / f"load-{moment.strftime(FORMAT)}")
        load.landed.mkdir(parents=True)
        if current:
            shutil.copytree(
                self.folder / f"load-{current['load_id']}" / "state", load.state, symlinks=True
            )
        else:
            load.state.mkdir()
        return load

    def abandon(self, load: Load) -> None:
        """Leave the state as it was."""
        shutil.rmtree(load.folder, ignore_errors=True)

    def commit(self, load: Load, record: dict[str, Any]) -> None:
        """Make the load count, and land its files."""
        files = sorted(
            str(path.relative_to(load.landed)) for path in load.landed.rglob("*.parquet")
        )
        for folder, _, names in os.walk(load.folder):
            for name in names:
                _settle(Path(folder) / name)
            _settle(Path(folder))
        before = self.current()
        current = {
            "load_id": load.load_id,
            "files": files,
            "record": {"load_id": load.load_id, "source": self.source, "files": files, **record},
        }
        write_whole(self.folder / "current.json", current)
        self._land(current)
        if before:
            shutil.rmtree(self.folder / f"load-{before['load_id']}", ignore_errors=True)

    def _land(self, current: dict[str, Any]) -> None:
        landed = self.folder / f"load-{current['load_id']}" / "landed"
        for name in current["files"]:
            prepared, target = landed / name, self.raw_root / name
            if not prepared.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            # no reader takes a name with this ending, and the rename is atomic in its own folder
            partial = target.with_name(f".{target.name}.partial")
            shutil.copyfile(prepared, partial)
            _settle(partial)
            partial.replace(target)
            _settle(target.parent)
            prepared.unlink()
        record = self.loads / f"{current['load_id']}-{self.source}.json"
        if not record.exists():
            write_whole(record, current["record"])


def write_whole(path: Path, content: dict[str, Any]) -> None:
    """Write JSON whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    _settle(fresh)
    fresh.replace(path)
    _settle(path.parent)


def read_json(path: Path) -> dict[str, Any]:
    """What a state file holds, nothing where there is none."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _settle(path: Path) -> None:
    """Have it on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
