"""What the tests of the ingest share: a drop folder with a mapping, and a run over it in this process or another."""

from __future__ import annotations

import functools
import io
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import yaml

from ingest import runner
from ingest.runner import Places, run

PROJECT = Path(__file__).resolve().parents[2]
LONG_AGO = 1_740_000_000

# the contract is read once for all runs in this process
runner.read_contract = functools.cache(runner.read_contract)


@dataclass
class Desk:
    """A folder with everything that a run needs."""

    folder: Path
    told: str = ""

    @property
    def inbox(self) -> Path:
        """The drop folder."""
        return self.folder / "inbox"

    @property
    def raw(self) -> Path:
        """The raw root."""
        return self.folder / "raw"

    @property
    def state(self) -> Path:
        """What the ingest remembers."""
        return self.folder / "state"

    def map(self, *tables: dict[str, Any], kind: str = "files", **options: Any) -> None:
        """Write the mapping: one source with these tables."""
        source = {"name": "exports", "kind": kind, **options, "tables": list(tables)}
        if kind in ("files", "stream"):
            source = {"folder": "inbox", **source}
        self.write_mapping({"sources": [source]})

    def write_mapping(self, content: Any) -> None:
        """Write any mapping."""
        text = yaml.safe_dump(json.loads(json.dumps(content)), allow_unicode=True, sort_keys=False)
        (self.folder / "ingest.yml").write_text(text, encoding="utf-8")

    def drop(self, name: str, content: bytes | str, age: float | None = None) -> Path:
        """Put a file into the drop folder, written long ago unless an age in seconds is given."""
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        moment = LONG_AGO if age is None else time.time() - age
        os.utime(path, (moment, moment))
        return path

    def places(self) -> Places:
        """The places of a run."""
        return Places(self.folder / "ingest.yml", self.state, self.raw)

    def run(self) -> int:
        """One run in this process; what it said is in `told`."""
        said = io.StringIO()
        code = run(self.places(), output=said)
        self.told = said.getvalue()
        return code

    def environment(self) -> dict[str, str]:
        """The settings of a run in a process of its own."""
        return {
            **{name: value for name, value in os.environ.items() if "TOUCHPOINT" not in name},
            "TOUCHPOINT_RAW_ROOT": str(self.raw),
            "TOUCHPOINT_INGEST": str(self.folder / "ingest.yml"),
            "TOUCHPOINT_INGEST_STATE": str(self.state),
        }

    def start(self, **options: Any) -> subprocess.Popen[str]:
        """A run in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "ingest"],
            cwd=PROJECT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    def landed(self, into: str) -> list[Path]:
        """The landed files of a table, oldest load first."""
        system, table = into.split(".")
        return sorted((self.raw / system / table).glob("*.parquet"))

    def rows(self, into: str, *columns: str) -> list[tuple[Any, ...]]:
        """The landed values of a table, in order; a column that no file has is null."""
        if not self.landed(into):
            return []
        system, table = into.split(".")
        files = str(self.raw / system / table / "*.parquet").replace("'", "''")
        there = {name for path in self.landed(into) for name in pq.read_schema(path).names}
        wanted = [name.strip() for column in columns for name in column.split(",")]
        chosen = ", ".join(name if name in there else f"null as {name}" for name in wanted)
        return duckdb.sql(
            f"select {chosen} from read_parquet('{files}', union_by_name = true) order by all"
        ).fetchall()
