"""Building a dataset in a process and a folder of its own; the project's build is not touched."""

from __future__ import annotations

import atexit
import fcntl
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parent.parent
KEY = "a key for tests only, the same in every build"
NO_TESTS = ("--exclude-resource-types", "test", "unit_test")
# dbt, without looks for garbage: each goes through the whole project, which stays in memory to the end
PLAIN_DBT = "import gc; gc.disable(); from dbt.cli.main import cli; cli()"
# the same as `make build` runs it: see touchpoints/quicker_dbt.py
QUICK_DBT = f"""
import os, sys
sys.path.append(os.environ["DBT_PROJECT_DIR"])
from touchpoints.quicker_dbt import quicken
quicken()
{PLAIN_DBT}
"""
# dbt keeps one core busy, so two builds beside each other take little longer than one.
POOL = ThreadPoolExecutor(max_workers=2)
SHARED_FOLDER = "TOUCHPOINT_TESTS_FOLDER"


@dataclass(frozen=True)
class Build:
    """What a build left: the database, dbt's target folder, and what dbt said."""

    folder: Path
    returncode: int
    output: str

    @property
    def database(self) -> Path:
        """The build database."""
        return self.folder / "touchpoints.duckdb"

    @property
    def target(self) -> Path:
        """dbt's target folder: manifest.json, run_results.json, compiled/."""
        return self.folder / "target"

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A read-only connection to the build database."""
        return duckdb.connect(str(self.database), read_only=True)

    def rows(self, sql: str) -> list[tuple]:
        """The rows of a query."""
        with self.connect() as connection:
            return connection.execute(sql).fetchall()

    def one(self, sql: str):
        """The only value of a query."""
        return self.rows(sql)[0][0]


@functools.cache
def shared() -> Path:
    """A folder of this run of pytest, which its processes share: the first one makes it and removes it at its end."""
    if SHARED_FOLDER not in os.environ:
        os.environ[SHARED_FOLDER] = tempfile.mkdtemp(prefix="touchpoints_")
        atexit.register(shutil.rmtree, os.environ[SHARED_FOLDER], ignore_errors=True)
    return Path(os.environ[SHARED_FOLDER])


def once(name: str, make: Callable[[Path], object]) -> Path:
    """A folder that whoever asks first in this run of pytest fills; others wait until it is whole."""
    folder = shared() / name
    with open(shared() / f"{name}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            folder.mkdir()
            make(folder)
            (folder / "made").touch()
    return folder


def kept_settings() -> dict[str, str]:
    """The environment without settings of the project, but for those of the machine."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("TOUCHPOINT_") or name in ("TOUCHPOINT_THREADS", "TOUCHPOINT_MEMORY")
    }


def give_key(folder: Path) -> Path:
    """The key that tests hash identifiers with, where a build in this folder reads it."""
    key = folder / "vault" / "identity.key"
    if not key.exists():
        key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key.write_text(KEY + "\n", encoding="ascii")
        key.chmod(0o600)
    return key


def give_parsed(folder: Path) -> None:
    """Spare a build in this folder the reading of the project, unless dbt has been there."""
    if parsed().exists() and not (folder / "target").exists():
        (folder / "target").mkdir(parents=True)
        shutil.copy(parsed(), folder / "target")


def parsed() -> Path:
    """What dbt made of the project when it was read for the first time in this run of pytest."""
    return once("parsed", _parse) / "target" / "partial_parse.msgpack"


def run_dbt(
    folder: Path,
    command: tuple[str, ...] = ("build",),
    settings: dict[str, str] | None = None,
    project: Path = PROJECT,
    launcher: str = QUICK_DBT,
) -> Build:
    """Run dbt with only the settings given (TOUCHPOINT_*), all output under `folder`.

    A raw root is given as an absolute path: the command runs in `folder`. A failure is left to the
    caller: see `returncode` and `output`.
    """
    give_parsed(folder)
    key = give_key(folder)
    return _run(
        folder,
        command,
        {
            **kept_settings(),
            "DBT_PROJECT_DIR": str(project),
            "DBT_PROFILES_DIR": str(project),
            # relative: dbt parses anew where the profile's settings differ
            "TOUCHPOINT_DATABASE": "touchpoints.duckdb",
            "TOUCHPOINT_RAW_ROOT": str(project / "demo" / "raw" / "retail"),
            "TOUCHPOINT_VAULT_KEY": str(key),
            **(settings or {}),
        },
        launcher,
    )


def _run(
    folder: Path, command: tuple[str, ...], environment: dict[str, str], launcher: str
) -> Build:
    paths = ("--target-path", str(folder / "target"), "--log-path", str(folder / "logs"))
    done = subprocess.run(
        [sys.executable, "-c", launcher, "--no-use-colors", *command, *paths],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return Build(folder, done.returncode, done.stdout + done.stderr)


def _parse(folder: Path) -> None:
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("TOUCHPOINT_")},
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_PROFILES_DIR": str(PROJECT),
        "TOUCHPOINT_DATABASE": "touchpoints.duckdb",
        "TOUCHPOINT_VAULT_KEY": str(folder / "identity.key"),
    }
    _run(folder, ("parse",), environment, QUICK_DBT)


def start_dbt(
    folder: Path,
    command: tuple[str, ...] = ("build",),
    settings: dict[str, str] | None = None,
    launcher: str = QUICK_DBT,
) -> Future[Build]:
    """The same beside whatever else runs, two at a time; `result()` waits for it."""
    single = {"TOUCHPOINT_THREADS": "1", **(settings or {})}
    return POOL.submit(run_dbt, folder, command, single, launcher=launcher)


def fingerprint(database: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, int]:
    """How many rows a query gives, and the sum of their hashes: the same rows in any order have the same."""
    told = database.execute(f"select count(*), sum(hash(rows)) from ({sql}) as rows").fetchall()
    return told[0]


def green(build: Build) -> Build:
    """The build, unless something failed: then an AssertionError that names it and shows what dbt said."""
    assert build.returncode == 0, "\n".join([*_failed(build.output), build.output[-8000:]])
    return build


def _failed(output: str) -> list[str]:
    """What failed, and how dbt begins to say why: a server may say more of one statement than all that is shown."""
    lines = output.splitlines()
    named = [i for i, line in enumerate(lines) if re.search(r"Failure in \w+ \w+ \(", line)]
    return [line[:500] for i in named for line in lines[i : i + 4]]


def change(project: Path, path: str, old: str, new: str) -> None:
    """Put one text in place of another in a file of the project."""
    file = project / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def add_a_column(project: Path) -> None:
    """Put a column before those of the seed interaction_types; `new` in every row."""
    file = project / "seeds" / "interaction_types.csv"
    header, *rows = file.read_text(encoding="utf-8").splitlines()
    lines = [f"remark,{header}", *(f"new,{row}" for row in rows)]
    file.write_text("\n".join(lines), encoding="utf-8")
    seeds = "seeds/_seeds.yml"
    types = "        interaction_type: varchar(200)\n        is_activity: boolean\n"
    change(project, seeds, types, f"        remark: varchar(200)\n{types}")
    column = "      - name: is_activity\n        description"
    change(project, seeds, column, f"      - name: remark\n{column}")
