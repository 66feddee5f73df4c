"""What the tests of the explorer share: the sample's publication, and where to keep screenshots."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from builds import PROJECT
from history import write_history

LANGUAGES = ["en", "zh"]


@pytest.fixture(scope="session")
def published(built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample's publication, with a history of refreshes beside it."""
    source = Path(os.path.realpath(built.published))
    folder = tmp_path_factory.mktemp("publication")
    shutil.copytree(source, folder / "published.runs" / source.name)
    (folder / "published").symlink_to(Path("published.runs") / source.name)
    write_history(folder / "published.refresh")
    return folder / "published.runs" / source.name


@pytest.fixture(scope="session", autouse=True)
def reads_the_sample(published: Path) -> None:
    """The explorer reads the sample's publication."""
    os.environ["TOUCHPOINT_PUBLISH_DIR"] = str(published)


@pytest.fixture(scope="session")
def ask(published: Path):
    """SQL over the published files, each relation by its name: the tests' own way to the marts."""
    connection = duckdb.connect()
    for file in published.glob("*.parquet"):
        connection.execute(f"create view \"{file.stem}\" as select * from read_parquet('{file}')")

    def answer(sql: str, *parameters: object) -> pd.DataFrame:
        return connection.execute(sql, list(parameters)).df()

    return answer


@pytest.fixture(scope="session")
def shots() -> Path:
    """The folder of the screenshots."""
    folder = PROJECT / "target" / "explorer" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
