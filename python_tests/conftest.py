"""Shared fixtures: the sample built and published once per session, and a factory that builds any other dataset."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from builds import PROJECT, Build, give_key, give_parsed, kept_settings, shared

BuildDataset = Callable[..., "Dataset"]


def pytest_configure() -> None:
    """The folder that processes of one run share is there before any of them starts."""
    shared()


@cache
def _asks_the_oracles(file: str) -> bool:
    text = (PROJECT / file).read_text(encoding="utf-8")
    return re.search(r"\b(case_of|sample_case|random_case)\b", text) is not None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests of a file run in one process, and so do all files that ask the oracles, whose answers take a minute."""
    from xdist.scheduler import LoadFileScheduling

    class OneForTheOracles(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "oracles" if _asks_the_oracles(file) else file

    return OneForTheOracles(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First what takes longest, so that no process is left with it alone (with --no-loadscope-reorder)."""
    items.sort(key=lambda item: item.path.name != "test_incremental.py")


@dataclass(frozen=True)
class Dataset(Build):
    """A dataset that `python -m touchpoints build --publish` made: `Build`, and what was published of it."""

    @property
    def published(self) -> Path:
        """The folder that shows the publication."""
        return self.folder / "published"

    def table(self, name: str) -> pd.DataFrame:
        """A published relation."""
        path = str(self.published / f"{name}.parquet")
        return duckdb.connect().execute("select * from read_parquet(?)", [path]).df()

    def query(self, sql: str) -> pd.DataFrame:
        """A query over the build database, which is opened for reading."""
        with self.connect() as connection:
            return connection.execute(sql).df()


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a run in `folder`: only the settings given (raw_root=…), all output under the folder."""
    return {
        **kept_settings(),
        "PYTHONPATH": str(PROJECT),
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_PROFILES_DIR": str(PROJECT),
        # relative: see run_dbt
        "TOUCHPOINT_DATABASE": "touchpoints.duckdb",
        "TOUCHPOINT_RAW_ROOT": str(PROJECT / "demo" / "raw" / "retail"),
        "TOUCHPOINT_PUBLISH_DIR": str(folder / "published"),
        "TOUCHPOINT_VAULT_KEY": str(folder / "vault" / "identity.key"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        **{f"TOUCHPOINT_{name.upper()}": str(value) for name, value in settings.items()},
    }


def run_touchpoints(
    folder: Path, *arguments: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m touchpoints` in a process of its own; a failure is left to the caller."""
    give_key(folder)
    if arguments[0] == "build":
        give_parsed(folder)
    return subprocess.run(
        [sys.executable, "-m", "touchpoints", *arguments],
        cwd=folder,
        env=environment(folder, **settings),
        capture_output=True,
        text=True,
        check=False,
    )


def build_into(
    folder: Path, *, select: Sequence[str] = (), check: bool = True, **settings: str
) -> Dataset:
    """Build (and, without a selection, publish) a dataset under `folder`; fails loudly unless `check` is false."""
    # A test that reads relations outside the selection does not belong to it.
    narrowed = ["--", "--indirect-selection", "cautious", "-s", *select] if select else []
    done = run_touchpoints(folder, "build", "--publish", *narrowed, **settings)
    output = done.stdout + done.stderr
    if check and done.returncode != 0:
        pytest.fail(
            f"the build of {settings or 'the sample'} failed:\n{output[-8000:]}", pytrace=False
        )
    return Dataset(folder, done.returncode, output)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The sample, built with every test and published; `make test` names the folder of the build that it made."""
    folder = os.environ.get("TOUCHPOINT_TEST_BUILD")
    if folder:
        return Dataset(Path(folder).resolve(), 0, "")
    return build_into(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def build_dataset(tmp_path_factory: pytest.TempPathFactory) -> BuildDataset:
    """A function that builds any raw root in a folder of its own.

    `build_dataset(raw_root, currency="USD", select=[…], check=False)`: settings by their short name; with
    `check=False` a failed build is returned rather than failing the test.
    """

    def build(
        raw_root: Path | str, *, select: Sequence[str] = (), check: bool = True, **settings: str
    ) -> Dataset:
        folder = tmp_path_factory.mktemp("dataset")
        return build_into(folder, select=select, check=check, raw_root=str(raw_root), **settings)

    return build
