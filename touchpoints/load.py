"""`python -m touchpoints load`: copies landed files into a server's raw schema, a file being a load.

A file goes into <raw schema>.<system>__<table> as it is, with load_id (its path below the raw root) and load_row (its
place in the file). CSV columns are text, Parquet columns keep their types; where two files disagree, the column is
text. Lines that cannot be read go into <raw schema>.unreadable_lines. What was copied is held against an independent
count of the file before it is committed. For Spark see `spark_landing`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from touchpoints import landing
from touchpoints.contract import read_contract
from touchpoints.csv_records import MOST_BYTES
from touchpoints.engine import connect, plain_path
from touchpoints.settings import Settings
from touchpoints.vault import identity_key

RAW_SCHEMA = "raw"
# A Parquet column's type on the server; what is not here lands as text.
SERVER_TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_S"), "timestamp"),
    **dict.fromkeys(("DOUBLE", "FLOAT"), "double precision"),
    **dict.fromkeys(
        ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"), "bigint"
    ),
    **dict.fromkeys(("UBIGINT", "HUGEINT", "UHUGEINT"), "numeric"),
}
# A Parquet column's type that no server reads, and the type in which it is read.
ENGINE_TYPES = {"TIMESTAMP_NS": "TIMESTAMP", "TIMESTAMPTZ_NS": "TIMESTAMP WITH TIME ZONE"}
# The columns that say where a record stands.
LOAD_COLUMNS = landing.RESERVED_NAMES


class CannotLoad(RuntimeError):
    """The landed files cannot be loaded; the message says why and what to do."""


def load(settings: Settings) -> str:
    """Load every landed file that the server does not have yet; returns a line that says what was done."""
    if settings.is_remote:
        raise CannotLoad(
            f"{settings.raw_root} is an object store: give a folder, or load it with the server's own tools"
        )
    if settings.target == "spark":
        from touchpoints.spark_landing import write_landing

        return write_landing(settings, Path(os.environ.get("TOUCHPOINT_SPARK_RAW", "spark_raw")))
    if settings.target != "postgres":
        raise CannotLoad(
            f"TOUCHPOINT_TARGET={settings.target}: landed files are loaded into postgres and spark; "
            "DuckDB reads them in place"
        )
    server = connect_server()
    try:
        _prepare(server, settings)
        known = _known_loads(server)
        files = records = 0
        for system, table, path in landed_files(Path(settings.raw_root)):
            load_id = path.relative_to(settings.raw_root).as_posix()
            content = landing.file_hash(str(path))
            if load_id in known:
                if known[load_id] != content:
                    raise CannotLoad(
                        f"{load_id} has changed since it was loaded. A landed file stays as it is: land the new one "
                        f"under another name, or delete the load (load_id = '{load_id}') from "
                        f"{RAW_SCHEMA}.{system}__{table}, {RAW_SCHEMA}.unreadable_lines and {RAW_SCHEMA}.loads"
                    )
                continue
            records += _load_file(server, settings, f"{system}__{table}", path, load_id, content)
            files += 1
        return f"{files} files with {records} records loaded; {len(known)} were there already."
    finally:
        server.close()


def connect_server() -> Any:
    """A connection to the server of TOUCHPOINT_POSTGRES_…; raises CannotLoad."""
    try:
        import psycopg2
    except ModuleNotFoundError:
        raise CannotLoad("psycopg2 is missing: use the environment .venv-postgres") from None
    environment = os.environ
    try:
        return psycopg2.connect(
            host=environment.get("TOUCHPOINT_POSTGRES_HOST", "127.0.0.1"),
            port=environment.get("TOUCHPOINT_POSTGRES_PORT", "5432"),
            dbname=environment.get("TOUCHPOINT_POSTGRES_DATABASE", "touchpoints"),
            user=environment.get("TOUCHPOINT_POSTGRES_USER", "touchpoints"),
            password=environment.get("TOUCHPOINT_POSTGRES_PASSWORD", ""),
        )
    except psycopg2.OperationalError as error:
        raise CannotLoad(f"the server cannot be reached: {str(error).strip()}") from None


def _prepare(server: Any, settings: Settings) -> None:
    """The registry of loads, and the vault's secret: the server's ids are those of every other build with it."""
    with server, server.cursor() as cursor:
        cursor.execute("create schema if not exists vault")
        cursor.execute(f"create schema if not exists {RAW_SCHEMA}")
        cursor.execute(
            f"create table if not exists {RAW_SCHEMA}.loads"
            " (load_id text primary key, content_hash text not null, record_count bigint not null)"
        )
        cursor.execute(
            f"create table if not exists {RAW_SCHEMA}.unreadable_lines"
            " (load_id text, source_system text, source_table text, line bigint)"
        )
        cursor.execute("create table if not exists vault.identity_key (identity_key text not null)")
        cursor.execute("select identity_key from vault.identity_key")
        key = identity_key(settings.vault_key)
        found = cursor.fetchall()
        if found and found[0][0] != key:
            raise CannotLoad(
                f"the server's vault.identity_key is not the secret in {settings.vault_key}: with two secrets a person "
                "has two ids. Bring the secret that the server was built with, or start from an empty database."
            )
        if not found:
            cursor.execute("insert into vault.identity_key values (%s)", [key])


def _known_loads(server: Any) -> dict[str, str]:
    with server, server.cursor() as cursor:
        cursor.execute(f"select load_id, content_hash from {RAW_SCHEMA}.loads")
        return dict(cursor.fetchall())


def landed_files(root: Path) -> Iterator[tuple[str, str, Path]]:
    """Files of the contract's tables in the order of their paths."""
    for contract in read_contract().values():
        for ending in landing.ENDINGS:
            folder = root / contract.system
            found = [folder / f"{contract.table}{ending}"]
            found += sorted((folder / contract.table).glob(f"*{ending}"))
            for path in found:
                if path.is_file():
                    yield contract.system, contract.table, path


def _load_file(
    server: Any, settings: Settings, name: str, path: Path, load_id: str, content: str
) -> int:
    """Copy one file in a transaction of its own; returns its number of records."""
    with connect(settings) as engine, tempfile.TemporaryDirectory() as scratch:
        kinds, expected = read_file(engine, path)
        columns = {column: _server_type(kind, path) for column, kind in kinds.items()}
        unreadable = [row[0] for row in engine.execute("select line from unreadable").fetchall()]
        file = Path(scratch) / "rows.csv"
        selected = "".join(
            f", replace(cast({quoted(column)} as varchar), chr(0), '')" for column in columns
        )
        engine.execute(
            f"copy (select $load_id, load_row{selected} from landed order by load_row) to '{file}'"
            " (format csv, header false, nullstr '\\N')",
            {"load_id": load_id},
        )
        with server, server.cursor() as cursor:
            if columns:
                _match_columns(cursor, name, columns)
                target = ", ".join(quoted(column) for column in ("load_id", "load_row", *columns))
                with open(file, encoding="utf-8") as rows:
                    cursor.copy_expert(
                        f"copy {RAW_SCHEMA}.{name} ({target}) from stdin (format csv, null '\\N')",
                        rows,
                    )
                loaded = cursor.rowcount
            else:
                loaded = 0
            check_count(load_id, loaded, len(unreadable), expected)
            system, table = name.split("__", 1)
            cursor.executemany(
                f"insert into {RAW_SCHEMA}.unreadable_lines values (%s, %s, %s, %s)",
                [(load_id, system, table, line) for line in unreadable],
            )
            cursor.execute(
                f"insert into {RAW_SCHEMA}.loads values (%s, %s, %s)",
                [load_id, content, expected["records"]],
            )
    return int(expected["records"])


def check_count(load_id: str, read: int, unreadable: int, expected: dict[str, Any]) -> None:
    """Raise CannotLoad unless an independent count of the file finds as many records, and as many that can be read."""
    if read != expected["readable"] or read + unreadable != expected["records"]:
        raise CannotLoad(
            f"{load_id}: {read} records and {unreadable} unreadable lines were read, an independent count finds "
            f"{expected['readable']} of {expected['records']}; `make doctor` says more"
        )


def read_file(
    engine: duckdb.DuckDBPyConnection, path: Path, with_rows: bool = True
) -> tuple[dict[str, str], dict[str, Any]]:
    """Read a landed file into `landed` (load_row and its columns) and `unreadable` (line) of the engine.

    Returns DuckDB's type of each column, and how many records an independent count finds and can read. `with_rows`
    false: only the types count. Raises CannotLoad where the file cannot be trusted.
    """
    if path.suffix == ".csv":
        return _read_csv(engine, path, with_rows)
    return _read_parquet(engine, path)


def _server_type(kind: str, path: Path) -> str:
    """A column's type on the server; CSV is text."""
    if path.suffix == ".csv":
        return "text"
    return "numeric" if kind.startswith("DECIMAL") else SERVER_TYPES.get(kind, "text")


def _read_csv(
    engine: duckdb.DuckDBPyConnection, path: Path, with_rows: bool
) -> tuple[dict[str, str], dict[str, Any]]:
    header, problem = landing.csv_header(str(path))
    expected = landing.csv_layout(str(path)) if with_rows else {"problem": None}
    if problem == "is empty":
        engine.execute("create temp table unreadable (line bigint)")
        engine.execute("create temp table landed (load_row bigint)")
        return {}, expected
    if problem or expected["problem"]:
        raise CannotLoad(f"{path} {problem or expected['problem']}")
    names = landing.own_names(header)
    columns = {name: "VARCHAR" for name in names if name in header}
    if not with_rows:
        return columns, expected
    places = landing.read_places(str(path), header)
    for rejects in ("rejects", "rejects_of_contract"):
        # a value that is no UTF-8 in a column outside the contract spoils no record: the column stays empty
        selected = "".join(
            f", {quoted(name)}"
            if rejects == "rejects" or place in places
            else f", cast(null as varchar) as {quoted(name)}"
            for place, name in enumerate(names)
            if name in columns
        )
        engine.execute(
            f"create or replace temp table landed as select row_number() over () as load_row{selected}"
            " from read_csv($path, auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"',"
            f" max_line_size = {MOST_BYTES}, store_rejects = true, rejects_table = '{rejects}',"
            f" rejects_scan = '{rejects}_scan', columns = $columns)",
            {"path": plain_path(path), "columns": dict.fromkeys(names, "VARCHAR")},
        )
        engine.execute(
            f"create or replace temp table unreadable as select distinct line from {rejects}"
        )
        if engine.execute("select count(*) from landed").fetchall()[0][0] == expected["readable"]:
            break
    return columns, expected


def _read_parquet(
    engine: duckdb.DuckDBPyConnection, path: Path
) -> tuple[dict[str, str], dict[str, Any]]:
    problem = landing.parquet_problem(str(path))
    if problem:
        raise CannotLoad(f"{path} {problem}")
    plain = {"path": plain_path(path)}
    engine.execute("create temp table unreadable (line bigint)")
    described = engine.execute("describe from read_parquet($path)", plain).fetchall()
    kinds = {name: kind for name, kind, *_ in described if name.lower() not in LOAD_COLUMNS}
    read = "".join(f", {_read(name, kind)} as {quoted(name)}" for name, kind in kinds.items())
    engine.execute(
        f"create temp table landed as select row_number() over () as load_row{read} from read_parquet($path)",
        plain,
    )
    count = engine.execute("select num_rows from parquet_file_metadata($path)", plain).fetchall()[
        0
    ][0]
    columns = {
        name.lower(): kind
        for name, kind, *_ in engine.execute("describe landed").fetchall()
        if name != "load_row"
    }
    return columns, {"records": count, "readable": count}


def _read(name: str, kind: str) -> str:
    """A Parquet column as it is loaded: bytes are text where they are UTF-8, times are exact to the microsecond.

    A time that servers cannot hold, or spell otherwise, is before or after all others.
    """
    column = quoted(name)
    if kind == "BLOB":
        return f"coalesce(try(decode({column})), cast({column} as varchar))"
    kind = ENGINE_TYPES.get(kind, kind)
    if not kind.startswith(("TIMESTAMP", "DATE")) or kind.endswith("]"):
        return column
    value = f"cast({column} as {kind})"
    return (
        f"case when {value} < '1000-01-01'::{kind} then '-infinity'::{kind}"
        f" when {value} > '9999-12-31 23:59:59'::{kind} then 'infinity'::{kind} else {value} end"
    )


def _match_columns(cursor: Any, name: str, columns: dict[str, str]) -> None:
    """Make the relation, or give it the columns that this file brings; a column that files disagree on becomes text."""
    cursor.execute(
        f"create table if not exists {RAW_SCHEMA}.{name} (load_id text not null, load_row bigint not null)"
    )
    cursor.execute(f"create index if not exists {name}_load_id on {RAW_SCHEMA}.{name} (load_id)")
    cursor.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = %s and table_name = %s",
        [RAW_SCHEMA, name],
    )
    there = {
        column: kind.replace("timestamp with time zone", "timestamptz").replace(
            "timestamp without time zone", "timestamp"
        )
        for column, kind in cursor.fetchall()
    }
    for column, kind in columns.items():
        if column not in there:
            cursor.execute(f"alter table {RAW_SCHEMA}.{name} add column {quoted(column)} {kind}")
        elif there[column] != kind and there[column] != "text":
            cursor.execute(
                f"alter table {RAW_SCHEMA}.{name} alter column {quoted(column)} type text"
                f" using cast({quoted(column)} as text)"
            )


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
