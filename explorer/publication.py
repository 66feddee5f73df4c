"""A publication: the folder of Parquet files that one run published, opened in memory and read as a whole.

`published` is a link that a later run points elsewhere. A reader resolves it once (`locate`) and keeps to the folder
behind it, so that all numbers of a page come from the same build.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import yaml

PROJECT = Path(__file__).resolve().parent.parent
# Answers that are remembered, and of how many rows each at most.
KEPT_ANSWERS, KEPT_ROWS = 400, 20_000
# Sessions stay with the publication that they began with; publishing keeps two.
KEPT_PUBLICATIONS = 3
# What DuckDB says of a relation, or a column, that is not there.
LACKING = re.compile(
    r'Table with name "?(\w+)"? does not exist'
    r'|olumn "?(\w+)"? (?:not found|referenced that)|have a column named "(\w+)"'
)
# Rows of a CSV: more than a spreadsheet is used with, and few enough to be put together while a reader waits.
MOST_DOWNLOADED = 100_000
# 97.5th percentile of the normal distribution: the 95 % intervals of the marts (macros/metrics).
NORMAL = 1.959963984540054


class NothingPublished(RuntimeError):
    """There is no publication where one was looked for; the message says what to do."""


class NotPublished(RuntimeError):
    """The publication lacks what is asked of it: a role's copy has the relations and columns that it was granted.

    The message is the name of the relation or column.
    """


def min_sample(folder: Path) -> int:
    """The number below which a rate is withheld: the var of that name, as the build that was published had it.

    A role's copy, or what an older version published, does not say what it was made of: then the project's.
    """
    try:
        made_of = json.loads((folder / "made_of.json").read_text("utf-8"))
        return int(made_of["values"]["var min_sample"])
    except (OSError, KeyError):
        pass
    try:
        project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
        return int(project["vars"]["min_sample"])
    except (OSError, KeyError):
        return 30


def locate() -> Path:
    """The folder behind the publish link now."""
    named = Path(os.environ.get("TOUCHPOINT_PUBLISH_DIR") or "published")
    folder = Path(os.path.realpath(named if named.is_absolute() else PROJECT / named))
    if not (folder / "publication.json").is_file():
        raise NothingPublished(f"{named} holds no publication yet. Run `make build` first.")
    return folder


def _simple(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with plain numpy columns: a number that is missing is NaN, whatever its type."""
    for name in frame.columns:
        kind = frame[name].dtype
        if pd.api.types.is_extension_array_dtype(kind) and pd.api.types.is_numeric_dtype(kind):
            missing = frame[name].isna()
            if pd.api.types.is_bool_dtype(kind):
                frame[name] = frame[name].astype("object").where(~missing, None)
            else:
                frame[name] = frame[name].astype("float64" if missing.any() else "int64")
    return frame


class Publication:
    """One published folder; `frame` answers SQL over its relations, each by its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.note: dict[str, Any] = json.loads((folder / "publication.json").read_text("utf-8"))
        self.settings: dict[str, str] = self.note.get("settings", {})
        self.min_sample = min_sample(folder)
        # what an older version published has none
        told = folder / "catalogue.json"
        self.catalogue: dict[str, Any] = (
            json.loads(told.read_text("utf-8")) if told.is_file() else {}
        )
        files = sorted(folder.glob("*.parquet"))
        self.relations = {file.stem for file in files}
        self._answers: OrderedDict[tuple, pd.DataFrame] = OrderedDict()
        self._lock = threading.Lock()
        self._connection = duckdb.connect()
        self._connection.execute("set timezone = 'UTC'")
        for file in files:
            path = str(file).replace("'", "''")
            self._connection.execute(
                f"create view \"{file.stem}\" as select * from read_parquet('{path}')"
            )
        self._make_macros()
        # From here on nothing but this folder can be read, and nothing can be fetched.
        inside = str(folder).replace("'", "''")
        self._connection.execute(f"set allowed_directories = ['{inside}']")
        self._connection.execute("set enable_external_access = false")

    @property
    def run_id(self) -> str:
        """The run that published it."""
        return str(self.note["run_id"])

    @property
    def currency(self) -> str:
        """Reporting currency."""
        return self.settings.get("currency", "")

    @property
    def timezone(self) -> str:
        """Business time zone."""
        return self.settings.get("timezone", "UTC")

    def has(self, *relations: str) -> bool:
        """Whether all of the relations were published and at least have a row each."""
        counts = self.note.get("row_counts", {})
        return all(name in self.relations and counts.get(name, 1) > 0 for name in relations)

    def about(self, relation: str) -> str:
        """What a row of a relation is, in the words of its model."""
        return str(self.catalogue.get(relation, {}).get("description", ""))

    def key(self, relation: str) -> list[str]:
        """The columns of which each row of a relation is the only one."""
        return list(self.catalogue.get(relation, {}).get("key", []))

    def definition(self, relation: str, column: str) -> str:
        """What a column means, in the words of its model."""
        columns = self.catalogue.get(relation, {}).get("columns", {})
        return str(columns.get(column, {}).get("description", ""))

    def refreshes(self) -> pd.DataFrame | None:
        """Steps of the refreshes that led here, newest first; None where `make refresh` never ran.

        The history lies beside the publication and goes on while it is read.
        """
        runs = self.folder.parent
        history = runs.with_name(runs.name.removesuffix(".runs") + ".refresh")
        path = history / "run_history.parquet"
        if not runs.name.endswith(".runs") or not path.is_file():
            return None
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            found = connection.execute(
                """
                select
                    run_id, cast(started_at as timestamp) as started_at, exit_code, run_seconds, step, status,
                    step_seconds, landed_to_published_seconds
                from read_parquet(?, file_row_number = true)
                order by run_id desc, file_row_number
                """,
                [str(path)],
            ).df()
        return _simple(found)

    def absent(self, relation: str) -> dict[str, int]:
        """How many rows of a relation lack a value of a column, of those columns of which its file says so.

        Of lists it counts what is absent in them too: only where nothing is, it is known that all rows have one.
        """
        found = self.frame(
            """
            select split_part(path_in_schema, ', ', 1) as name, cast(sum(stats_null_count) as bigint) as absent
            from parquet_metadata(?)
            group by path_in_schema
            having count(*) = count(stats_null_count)
                and (path_in_schema not like '%, %' or sum(stats_null_count) = 0)
            """,
            str(self.folder / f"{relation}.parquet"),
        )
        return dict(found.itertuples(index=False, name=None))

    def columns(self, relation: str) -> list[str]:
        """Columns of a published relation."""
        # their names alone are asked for, so no row is read
        return self.frame(f'select * from "{relation}" limit 0').columns.tolist()

    def frame(self, sql: str, *parameters: Any) -> pd.DataFrame:
        """The answer to a query; what was asked before is not asked again, as a publication never changes."""
        key = (sql, *map(str, parameters))
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key].copy()
        answer = self._ask(sql, parameters)
        if len(answer) > KEPT_ROWS:
            return answer
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return answer.copy()

    def _ask(self, sql: str, parameters: tuple[Any, ...]) -> pd.DataFrame:
        try:
            return _simple(self._connection.cursor().execute(sql, list(parameters)).df())
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            found = LACKING.search(str(error))
            if found is None:
                raise
            raise NotPublished(next(filter(None, found.groups()))) from error

    def rows(self, sql: str, order: str, *parameters: Any) -> Rows:
        """The rows that a query finds, in an order."""
        return Rows(self, sql, order, parameters)

    def _make_macros(self) -> None:
        """Rates of sums with their interval; below min_sample they are withheld, as in the marts."""
        square = NORMAL * NORMAL
        middle = f"(part / whole + {square} / (2 * whole)) / (1 + {square} / whole)"
        reach = (
            f"{NORMAL} * sqrt(greatest(part / whole * (1 - part / whole), 0) / whole "
            f"+ {square} / (4 * whole * whole)) / (1 + {square} / whole)"
        )
        enough = f"whole >= {self.min_sample}"
        for name, formula in (
            ("rate", "part / whole"),
            ("rate_low", f"greatest(0, {middle} - {reach})"),
            ("rate_high", f"least(1, {middle} + {reach})"),
        ):
            self._connection.execute(
                f"create macro {name}(part, whole) as case when {enough} "
                f"then cast({formula.replace('part', 'cast(part as double)')} as double) end"
            )


_kept: OrderedDict[str, Publication] = OrderedDict()
_opening = threading.Lock()


def opened(folder: str) -> Publication:
    """A publication, opened once for all readers; what was asked of it is remembered with it."""
    with _opening:
        if folder not in _kept:
            _kept[folder] = Publication(Path(folder))
        _kept.move_to_end(folder)
        while len(_kept) > KEPT_PUBLICATIONS:
            _kept.popitem(last=False)
        return _kept[folder]


@dataclass(frozen=True)
class Rows:
    """The rows that a query finds. They may be millions: they are counted and added up where they lie, and brought
    only as far as they are shown."""

    publication: Publication
    sql: str
    order: str
    parameters: tuple[Any, ...]

    def total(self, measure: str | None = None) -> tuple[int, float]:
        """How many there are, and what a column of them adds up to; without one, how many there are."""
        added = f'cast(coalesce(sum("{measure}"), 0) as double)' if measure else "count(*)"
        found = self.publication.frame(
            f"select count(*) as rows, {added} as total from ({self.sql})", *self.parameters
        )
        return int(found["rows"][0]), float(found["total"][0])

    def first(self, count: int) -> pd.DataFrame:
        """The first ones."""
        return self.publication.frame(
            f"{self.sql} order by {self.order} limit {count}", *self.parameters
        )

    def downloaded(self) -> pd.DataFrame:
        """Those that a CSV holds."""
        return self.first(MOST_DOWNLOADED)


@dataclass(frozen=True)
class FewRows:
    """Rows that are there already, asked for like `Rows`."""

    frame: pd.DataFrame

    def total(self, measure: str | None = None) -> tuple[int, float]:
        """How many there are, and what a column of them adds up to; without one, how many there are."""
        count = len(self.frame)
        return count, float(self.frame[measure].sum()) if measure else float(count)

    def first(self, count: int) -> pd.DataFrame:
        """The first ones."""
        return self.frame.head(count)

    def downloaded(self) -> pd.DataFrame:
        """Those that a CSV holds."""
        return self.frame
