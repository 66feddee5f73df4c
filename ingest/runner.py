"""One run over all sources: each is taken by itself, so that one that fails does not hold up the others."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from ingest.commits import AnotherRun, SourceState, only_one
from ingest.files import DropFolder, Result
from ingest.limits import Limits
from ingest.mapping import Source, WrongMapping, read_mapping
from ingest.streams import Stream
from touchpoints.contract import read_contract
from touchpoints.settings import PROJECT, WrongSetting

DONE, FAILED, WRONG, HELD, BUSY = 0, 1, 2, 3, 4
SHOWN = 20


@dataclass(frozen=True)
class Places:
    """Where a run reads its mapping, keeps its state and lands its files."""

    mapping: Path
    state: Path
    raw_root: Path


def read_places(environment: dict[str, str] | None = None) -> Places:
    """The settings of the ingest; raises WrongSetting."""
    env = dict(os.environ if environment is None else environment)
    root = env.get("TOUCHPOINT_RAW_ROOT", "")
    if not root:
        raise WrongSetting(
            "TOUCHPOINT_RAW_ROOT is not set: give the folder that records land in (the sample is never added to)"
        )
    if "://" in root:
        raise WrongSetting(
            f"TOUCHPOINT_RAW_ROOT={root!r}: the ingest lands files in a folder; copy them to an object store from there"
        )
    if not Path(root).is_dir():
        raise WrongSetting(f"TOUCHPOINT_RAW_ROOT={root!r}: there is no such folder")
    return Places(
        Path(env.get("TOUCHPOINT_INGEST", "ingest.yml")),
        Path(env.get("TOUCHPOINT_INGEST_STATE", "ingest_state")),
        Path(root),
    )


def run(places: Places, only: str | None = None, output: TextIO = sys.stdout) -> int:
    """Take what is new from every source; returns the exit code."""
    try:
        sources = read_mapping(places.mapping, read_contract(PROJECT))
        if only and only not in {source.name for source in sources}:
            names = ", ".join(source.name for source in sources)
            raise WrongMapping(f"--source {only!r}: accepted are {names}")
    except WrongMapping as wrong:
        print(wrong, file=sys.stderr)
        return WRONG
    try:
        with only_one(places.state):
            results = [
                _one(source, places) for source in sources if only is None or source.name == only
            ]
    except AnotherRun as busy:
        print(busy, file=sys.stderr)
        return BUSY
    except OSError as error:
        print(f"{places.state}: {error.strerror or error}", file=sys.stderr)
        return FAILED
    for result, seconds in results:
        _tell(result, seconds, output)
    _write_status(places.state, results)
    if any(result.problem for result, _ in results):
        return FAILED
    return HELD if any(result.held for result, _ in results) else DONE


def _one(source: Source, places: Places) -> tuple[Result, float]:
    started = time.monotonic()
    state = SourceState(places.state, source.name, places.raw_root)
    try:
        state.recover()
        if source.kind == "files":
            result = DropFolder(source, state, Limits.read(), places.state).run()
        elif source.kind == "stream":
            result = Stream(source, state).run()
        else:
            from ingest.pipelines import Pipeline

            result = Pipeline(source, state, Limits.read()).run()
    except OSError as error:
        name = f" ({error.filename})" if error.filename else ""
        result = Result(source.name, problem=f"{error.strerror or error}{name}")
    return result, time.monotonic() - started


def _tell(result: Result, seconds: float, output: TextIO) -> None:
    print(
        f"{result.source}: {result.records:,} records in {result.files} files"
        + (f", {result.rejected:,} of them will be quarantined" if result.rejected else "")
        + (f", load {result.load_id}" if result.load_id else "")
        + f", {seconds:.1f} s",
        file=output,
    )
    listed = [
        *(("FAILED", [result.problem]) if result.problem else ("FAILED", []),),
        ("held", result.held),
        ("waits", result.waiting),
        (
            "changed",
            [
                f"{change['table']}: column {change['column']} {change['change']}"
                for change in result.schema_changes
            ],
        ),
        ("note", result.notes),
    ]
    for word, lines in listed:
        for line in lines[:SHOWN]:
            print(f"  {word}: {line}", file=output)
        if len(lines) > SHOWN:
            print(f"  {word}: … and {len(lines) - SHOWN} more", file=output)


def _write_status(state: Path, results: list[tuple[Result, float]]) -> None:
    """The last run, for `make refresh` and whoever watches."""
    status = [{**asdict(result), "seconds": round(seconds, 3)} for result, seconds in results]
    fresh = state / ".status.json.new"
    fresh.write_text(json.dumps(status, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    fresh.replace(state / "status.json")


def without_secrets(text: str) -> str:
    """A message of a driver without the user and password of an address."""
    return re.sub(r"(://)[^/@\s]+@", r"\1…@", text)
