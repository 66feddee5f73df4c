"""Databases and REST APIs: dlt extracts, remembers the cursor and drops what it has had; landing is ours.

dlt works on a copy of its state in the folder of a load, and its destination writes the landed files beside it.
Nothing counts before the load is committed as a whole: a run that is killed, wherever that is, leaves cursor and
files as they were.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

# before dlt is imported: it reports its use, waits for names of its own in the environment, and logs to stderr
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ.setdefault("RUNTIME__LOG_LEVEL", "CRITICAL")

import dlt
import pyarrow.parquet as pq
import sqlalchemy as sa
from dlt.extract import DltResource
from dlt.pipeline.exceptions import PipelineStepFailed
from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.paginators import (
    BasePaginator,
    HeaderLinkPaginator,
    JSONLinkPaginator,
    JSONResponseCursorPaginator,
    OffsetPaginator,
    PageNumberPaginator,
    SinglePagePaginator,
)
from dlt.sources.sql_database import sql_table

from ingest.commits import SourceState, read_json, write_whole
from ingest.files import Result
from ingest.landing import Counts, land_parquet, missing_columns, renamed
from ingest.limits import Limits
from ingest.mapping import Source, Table
from ingest.readers import Refused, flattened, text_of

ROWS_AT_ONCE = 20_000
ATTEMPTS = 6
LONGEST_WAIT_SECONDS = 60
DRIVERS = {
    "postgresql": "postgresql+psycopg2",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}


class CannotFetch(RuntimeError):
    """A source cannot be fetched; the message says why, without its credentials."""


class Pipeline:
    """Takes what is new from a database or an API into one load."""

    def __init__(self, source: Source, state: SourceState, limits: Limits) -> None:
        self.source = source
        self.state = state
        self.limits = limits
        self.engine: sa.Engine | None = None
        self.result = Result(source.name)
        self.reasons: Counter[str] = Counter()

    def run(self) -> Result:
        """Fetch every table; a table that cannot be fetched leaves the others be."""
        self.load = self.state.begin()
        try:
            before = read_json(self.load.state / "columns.json")
            self.columns = dict(before)
            problems = []
            for place, table in enumerate(self.source.tables):
                try:
                    self._fetch(place, table)
                except (CannotFetch, Refused) as error:
                    problems.append(f"{table.into}: {error}")
                finally:
                    if self.engine:
                        self.engine.dispose()
            self.result.problem = "; ".join(problems) or None
            if not self.result.records and self.columns == before:
                self.state.abandon(self.load)
                return self.result
            write_whole(self.load.state / "columns.json", self.columns)
            self.result.load_id = self.load.load_id
            self.state.commit(
                self.load,
                {
                    "kind": self.source.kind,
                    "at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "records": self.result.records,
                    "rejected": self.result.rejected,
                    "reasons": dict(self.reasons),
                    "problem": self.result.problem,
                    "schema_changes": self.result.schema_changes,
                },
            )
        except BaseException:
            if (self.state.current() or {}).get("load_id") != self.load.load_id:
                self.state.abandon(self.load)
            raise
        return self.result

    def _fetch(self, place: int, table: Table) -> None:
        """One table through a pipeline of its own, so that its failure takes back its cursor alone."""
        name = f"{self.source.name}_{place}"
        kept = self.load.state / name
        work = self.load.folder / f"work_{name}"
        prepared = self.load.folder / f"prepared_{name}"
        if kept.exists():
            shutil.copytree(kept, work)
        loaded_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        counted: dict[str, Counts] = {}
        self.headers: set[str] = set()

        @dlt.destination(
            name="landing",
            batch_size=0,
            loader_file_format="parquet",
            naming_convention="direct",
            skip_dlt_columns_and_tables=True,
        )
        def landing(path: str, schema: Any) -> None:
            source = Path(path)
            if self.source.kind == "database":
                self.headers.update(pq.read_schema(source).names)
            counted[source.name] = land_parquet(table, source, prepared / source.name, loaded_at)

        pipeline = dlt.pipeline(
            name,
            pipelines_dir=str(work),
            destination=landing,
            progress=None,
            import_schema_path=None,
        )
        try:
            resource = self._resource(table)
            schema = dlt.Schema(name)
            # text that looks like a time stays text: whose time zone it is in is not dlt's to guess
            for detection in list(schema.settings.get("detections") or []):
                schema.remove_type_detection(detection)
            pipeline.run(
                resource, table_name="records", loader_file_format="parquet", schema=schema
            )
        except PipelineStepFailed as failed:
            shutil.rmtree(work, ignore_errors=True)
            raise _cause(failed) from None
        except sa.exc.SQLAlchemyError as error:
            shutil.rmtree(work, ignore_errors=True)
            raise CannotFetch(_told(error)) from None
        total = Counts()
        for counts in counted.values():
            total.records += counts.records
            total.rejected += counts.rejected
            total.reasons += counts.reasons
        missing = missing_columns(table, table.targets(self.headers))
        if total.records and missing:
            raise Refused(renamed(table, sorted(self.headers), missing))
        self.limits.check(table.contract, total)
        for loaded in (work / name / "load" / "loaded").glob("*"):
            shutil.rmtree(loaded)
        if total.records:
            self._accept(table, prepared, total)
            shutil.rmtree(kept, ignore_errors=True)
            work.rename(kept)
        else:
            shutil.rmtree(work, ignore_errors=True)

    def _accept(self, table: Table, prepared: Path, counts: Counts) -> None:
        folder = self.load.landed / table.contract.system / table.contract.table
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(prepared.glob("*.parquet")):
            self.result.files += 1
            name = f"{self.load.load_id}-{self.source.name}-{self.result.files:04d}.parquet"
            file.rename(folder / name)
        self.result.records += counts.records
        self.result.rejected += counts.rejected
        self.reasons += counts.reasons
        before = self.columns.get(table.into)
        now = sorted(self.headers)
        self.columns[table.into] = now
        if before is not None:
            for change, found in (
                ("added", set(now) - set(before)),
                ("removed", set(before) - set(now)),
            ):
                self.result.schema_changes += [
                    {"table": table.into, "column": column, "change": change}
                    for column in sorted(found)
                ]

    def _resource(self, table: Table) -> DltResource:
        return self._database(table) if self.source.kind == "database" else self._rest(table)

    # ----------------------------------------------------------------------------------- databases

    def _database(self, table: Table) -> DltResource:
        self.engine = engine = sa.create_engine(
            _address(self.source.options["url_variable"]),
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10},
        )
        schema, _, name = str(table.options["table"]).rpartition(".")
        found = checked_columns(engine, schema or None, name)
        wanted = [table.options["cursor"], *table.options["key"], *table.columns]
        for column in wanted:
            if column not in found:
                raise CannotFetch(
                    f"table {table.options['table']} has no column {column!r}; it has: {', '.join(found)}"
                )
        own = [name for name in found if name in table.contract.columns]
        chosen = [name for name in found if name in {*wanted, *own}]
        return sql_table(
            credentials=engine,
            table=name,
            schema=schema or None,
            backend="pyarrow",
            chunk_size=ROWS_AT_ONCE,
            included_columns=chosen,
            primary_key=table.options["key"],
            incremental=dlt.sources.incremental(
                table.options["cursor"], row_order="asc", on_cursor_value_missing="include"
            ),
        )

    # ---------------------------------------------------------------------------------------- REST

    def _rest(self, table: Table) -> DltResource:
        options = table.options
        variable = self.source.options.get("token_variable")
        token = _secret(variable)
        if variable and not token:
            raise CannotFetch(
                f"{variable} is not set: give the token, or leave token_variable out where none is needed"
            )
        client = RESTClient(
            base_url=self.source.options["base_url"],
            auth=BearerTokenAuth(token=token) if token else None,
            paginator=_paginator(options.get("pagination") or {"kind": "none"}),
            data_selector=options.get("data"),
            session=Client(
                request_max_attempts=ATTEMPTS,
                request_backoff_factor=0.5,
                request_max_retry_delay=LONGEST_WAIT_SECONDS,
                request_timeout=30,
                raise_for_status=False,
            ).session,
        )
        cursor = options.get("cursor")
        parameters = dict(options.get("parameters") or {})
        # nested objects come by dotted names: without quotes a dot would be a step into one
        path = f'"{cursor}"' if "." in str(cursor) else cursor
        incremental = (
            dlt.sources.incremental(path, last_value_func=newest, on_cursor_value_missing="include")
            if cursor
            else None
        )

        @dlt.resource(name="records", primary_key=options["key"], write_disposition="append")
        def records(since: Any = incremental) -> Any:
            asked = dict(parameters)
            if options.get("cursor_parameter") and since is not None and since.last_value:
                asked[options["cursor_parameter"]] = since.last_value
            for page in client.paginate(options["path"], params=asked):
                # as text and under their own names, whatever types come and however they change
                found = [
                    {name: text_of(value) for name, value in flattened(record).items()}
                    for record in page
                    if isinstance(record, dict)
                ]
                # the newest one of the last run comes again, and says nothing of what columns there are now
                last = since.last_value if since is not None else None
                fresh = [record for record in found if not last or record.get(cursor) != last]
                self.headers.update(name for record in fresh or found for name in record)
                yield found

        return records


def newest(values: Sequence[str]) -> str:
    """The last of some values of a cursor, which are text: numbers go by size, times with a zone by when they are.

    Of 9 and 10 the text 9 is the larger one, and 10:00:00Z is larger than 10:00:00.5Z.
    """
    for order in (_number, _moment):
        try:
            return max(values, key=order)
        except ValueError:
            continue
    return max(values)


def _number(text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text):
        raise ValueError(text)
    return Decimal(text)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def checked_columns(engine: sa.Engine, schema: str | None, table: str) -> list[str]:
    """The columns of a table by the server's own catalogue: a name from the mapping never reaches SQL unchecked."""
    catalogue = sa.inspect(engine)
    tables = {*catalogue.get_table_names(schema), *catalogue.get_view_names(schema)}
    if table not in tables:
        listed = ", ".join(sorted(tables)) or "none"
        raise CannotFetch(f"there is no table {table!r}; the server has: {listed}")
    return [str(column["name"]) for column in catalogue.get_columns(table, schema)]


def _address(variable: str) -> sa.URL:
    text = _secret(variable)
    if not text:
        raise CannotFetch(f"{variable} is not set: give the database's address, such as "
                          "postgresql://user:password@host/database")  # fmt: skip
    try:
        url = sa.make_url(text)
    except sa.exc.ArgumentError:
        raise CannotFetch(f"{variable} holds no address of a database") from None
    driver = DRIVERS.get(url.drivername.split("+")[0])
    if driver is None:
        raise CannotFetch(f"{variable}: accepted are {', '.join(sorted(DRIVERS))} addresses")
    return url.set(drivername=driver)


def _secret(variable: str | None) -> str:
    if variable is None:
        return ""
    return os.environ.get(variable, "")


def _paginator(found: dict[str, Any]) -> BasePaginator:
    kind = found["kind"]
    if kind == "page":
        return PageNumberPaginator(
            base_page=found.get("first", 1),
            page_param=found.get("parameter", "page"),
            total_path=found.get("total"),
        )
    if kind == "offset":
        return OffsetPaginator(
            limit=found.get("limit", 100),
            offset_param=found.get("parameter", "offset"),
            total_path=found.get("total"),
        )
    if kind == "cursor":
        return JSONResponseCursorPaginator(
            cursor_path=found.get("next", "next"), cursor_param=found.get("parameter", "cursor")
        )
    if kind == "next_link":
        return JSONLinkPaginator(next_url_path=found.get("next", "next"))
    if kind == "link_header":
        return HeaderLinkPaginator()
    return SinglePagePaginator()


def _cause(failed: BaseException) -> Exception:
    """What went wrong at the bottom of dlt's chain."""
    error: BaseException | None = failed
    deepest = failed
    while error is not None:
        deepest = error
        if isinstance(error, CannotFetch | Refused):
            return error
        if isinstance(error, OSError) and error.errno and error.filename:
            return error
        error = error.__cause__ or getattr(error, "exception", None) or error.__context__
    return CannotFetch(_told(deepest))


def _told(error: BaseException) -> str:
    """The first line of an error, without the address it was about."""
    from ingest.runner import without_secrets

    text = str(getattr(error, "orig", None) or error).strip().splitlines()
    return without_secrets(f"{type(error).__name__}: {text[0] if text else ''}")[:500]
