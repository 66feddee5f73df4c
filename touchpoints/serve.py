"""`python -m touchpoints serve`: puts the publication into a PostgreSQL server, for BI tools that speak only that.

The schema `published` (of a role: `published_<role>`) holds a table for each published relation and `served_relations`,
which says of which run it is. Rows are replaced in one transaction and no table is made anew while its columns stay as
they are. So readers are not kept waiting, a statement sees one publication whole, a transaction that is `repeatable
read` sees one from its first statement to its last, and what a role was granted stays granted.

A role that the seed access_roles no longer names is served nothing: what it was served before is dropped first.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from touchpoints.access import WrongRole, grants_of, is_granted
from touchpoints.engine import connect
from touchpoints.load import CannotLoad, connect_server, quoted
from touchpoints.publish import current_run, role_dir
from touchpoints.settings import Settings

SCHEMA = "published"
REGISTRY = "served_relations"
# By this comment a schema is known for one that was served: another of the same name is left alone.
REGISTRY_IS = "One row per served relation, with the run that it is of."
# Longest wait for readers where a table must be made anew.
PATIENCE = "30s"
SERVER_TYPES = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "double precision",
    "FLOAT": "real",
    "HUGEINT": "numeric(38, 0)",
    "INTEGER": "integer",
    "SMALLINT": "smallint",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "VARCHAR": "text",
}


class CannotServe(RuntimeError):
    """The publication cannot be put into the server; the message says why. What was served before is untouched."""


def serve(settings: Settings, role: str | None = None) -> str:
    """Replace what the server shows by the publication; returns lines that say what was done."""
    if role:
        try:
            grants_of(role)
        except WrongRole as error:
            raise CannotServe(str(error)) from None
    shown = role_dir(settings.publish_dir, role)
    folder = current_run(shown)
    if folder is None:
        raise CannotServe(f"{shown} holds no publication. Run `make build` first.")
    note = json.loads((folder / "publication.json").read_text(encoding="utf-8"))
    schema = f"{SCHEMA}_{role}" if role else SCHEMA
    try:
        server = connect_server()
    except CannotLoad as error:
        raise CannotServe(str(error)) from None
    import psycopg2

    try:
        # rights are taken away first, whatever becomes of the rest
        withdrawn, kept = _withdraw(server)
        with server, server.cursor() as cursor:
            _replace(cursor, settings, schema, folder, note)
        _tidy(server, schema, note["row_counts"])
    except psycopg2.errors.LockNotAvailable:
        raise CannotServe(
            f"a table of {schema} has other columns now, and readers held it for {PATIENCE}; try again later"
        ) from None
    except duckdb.IOException:
        raise CannotServe(
            f"{folder} is gone: two runs were published meanwhile; try again"
        ) from None
    except psycopg2.Error as error:
        raise CannotServe(f"the server refused: {str(error).strip()}") from None
    finally:
        server.close()
    rows = sum(note["row_counts"].values())
    told = "\n".join(
        [
            f"The schema {schema} shows {len(note['row_counts'])} relations with {rows:,} rows "
            f"of run {note['run_id']}.",
            *(f"{name}: no row grants that role anything; it is gone" for name in withdrawn),
        ]
    )
    if kept:
        raise CannotServe("\n".join([told, *kept]))
    return told


def server_type(kind: str) -> str:
    """The server's type of a published column."""
    if kind.endswith("[]"):
        return server_type(kind[:-2]) + "[]"
    if kind.startswith("DECIMAL"):
        return kind.lower().replace("decimal", "numeric")
    if kind not in SERVER_TYPES:
        raise CannotServe(f"a published column has the type {kind}, which has no counterpart here")
    return SERVER_TYPES[kind]


def _withdraw(server: Any) -> tuple[list[str], list[str]]:
    """Drop what roles were served that the seed no longer names: (schemas, why others could not be dropped)."""
    import psycopg2

    with server, server.cursor() as cursor:
        cursor.execute(
            "select n.nspname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
            " where c.relname = %s and c.relkind = 'r' and starts_with(n.nspname, %s)"
            " and obj_description(c.oid, 'pg_class') = %s order by n.nspname",
            [REGISTRY, f"{SCHEMA}_", REGISTRY_IS],
        )
        schemas = [name for (name,) in cursor.fetchall()]
    withdrawn, kept = [], []
    for schema in schemas:
        if is_granted(schema.removeprefix(f"{SCHEMA}_")):
            continue
        try:
            with server, server.cursor() as cursor:
                _drop(cursor, schema)
            withdrawn.append(schema)
        except psycopg2.Error as error:
            kept.append(
                f"{schema}, of a role that no row names, is still there: {str(error).strip()}"
            )
    return withdrawn, kept


def _drop(cursor: Any, schema: str) -> None:
    """Drop the tables that were served, with views over them, and the schema unless it holds what others made."""
    cursor.execute(f"set local lock_timeout = '{PATIENCE}'")
    cursor.execute(f"select relation from {quoted(schema)}.{REGISTRY}")
    for relation in [*(name for (name,) in cursor.fetchall()), REGISTRY]:
        cursor.execute(f"drop table if exists {quoted(schema)}.{quoted(relation)} cascade")
    cursor.execute(
        "select 1 from pg_depend where refclassid = 'pg_namespace'::regclass"
        " and refobjid = to_regnamespace(%s) limit 1",
        [quoted(schema)],
    )
    if cursor.fetchone() is None:
        cursor.execute(f"drop schema {quoted(schema)}")


def _replace(
    cursor: Any, settings: Settings, schema: str, folder: Path, note: dict[str, Any]
) -> None:
    cursor.execute("select pg_try_advisory_xact_lock(hashtext(%s))", [f"touchpoints {schema}"])
    if not cursor.fetchone()[0]:
        raise CannotServe(f"another run is filling {schema}; try again later")
    cursor.execute(f"set local lock_timeout = '{PATIENCE}'")
    cursor.execute("set local timezone = 'UTC'")
    cursor.execute(f"create schema if not exists {quoted(schema)}")
    _register(cursor, schema, folder, note)
    catalogue = folder / "catalogue.json"
    # what an earlier version published has none, and is served without descriptions
    documents = json.loads(catalogue.read_text(encoding="utf-8")) if catalogue.exists() else {}
    engine = connect(settings)
    try:
        for relation, expected in note["row_counts"].items():
            path = folder / f"{relation}.parquet"
            described = engine.execute(
                "describe select * from read_parquet($path)", {"path": str(path)}
            ).fetchall()
            columns = {name: server_type(kind) for name, kind, *_ in described}
            _match(cursor, schema, relation, columns, documents.get(relation, {}))
            copied = _copy(cursor, engine, schema, relation, path, columns)
            if copied != expected:
                raise CannotServe(
                    f"{relation}: {expected} rows were published and {copied} arrived"
                )
    finally:
        engine.close()


def _register(cursor: Any, schema: str, folder: Path, note: dict[str, Any]) -> None:
    """Say what is served, and drop what an earlier run served and this one does not. Other tables are left alone."""
    registry = f"{quoted(schema)}.{REGISTRY}"
    cursor.execute(
        f"create table if not exists {registry} (relation text primary key, row_count bigint not null,"
        " run_id text not null, built_at timestamptz not null, published_at timestamptz not null)"
    )
    cursor.execute(f"comment on table {registry} is '{REGISTRY_IS}'")
    cursor.execute(f"select relation from {registry}")
    for relation in {name for (name,) in cursor.fetchall()} - set(note["row_counts"]):
        cursor.execute(f"drop table if exists {quoted(schema)}.{quoted(relation)}")
    cursor.execute(f"delete from {registry}")
    moments = [note["run_id"], note["built_at"], note["published_at"]]
    for relation, count in note["row_counts"].items():
        cursor.execute(
            f"insert into {registry} values (%s, %s, %s, %s, %s)", [relation, count, *moments]
        )


def _match(
    cursor: Any, schema: str, relation: str, columns: dict[str, str], document: dict[str, Any]
) -> None:
    """Empty the table, or make it anew where its columns differ; describe it and index its key."""
    name = f"{quoted(schema)}.{quoted(relation)}"
    cursor.execute(
        "select attname, format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum",
        [name],
    )
    there = {column: _short(kind) for column, kind in cursor.fetchall()}
    if list(there.items()) == list(columns.items()):
        # `truncate` would keep readers out and show them an empty table
        cursor.execute(f"delete from {name}")
    else:
        if there:
            cursor.execute(f"drop table {name}")
        listed = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
        cursor.execute(f"create table {name} ({listed})")
        key = document.get("key", [])
        if key and set(key) <= set(columns):
            cursor.execute(f"create unique index on {name} ({', '.join(map(quoted, key))})")
    if document.get("description"):
        cursor.execute(f"comment on table {name} is %s", [document["description"]])
    for column, told in document.get("columns", {}).items():
        if told["description"] and column in columns:
            cursor.execute(
                f"comment on column {name}.{quoted(column)} is %s", [told["description"]]
            )


def _short(kind: str) -> str:
    """A type as this module writes it."""
    short = kind.replace("timestamp without time zone", "timestamp")
    return short.replace("timestamp with time zone", "timestamptz")


def _copy(
    cursor: Any,
    engine: duckdb.DuckDBPyConnection,
    schema: str,
    relation: str,
    path: Path,
    columns: dict[str, str],
) -> int:
    """Copy the rows of one file; a null is nothing, an empty text is quoted."""
    chosen = ", ".join(
        _list_literal(quoted(column)) if kind.endswith("[]") else quoted(column)
        for column, kind in columns.items()
    )
    with tempfile.TemporaryDirectory(prefix="touchpoints_serve_") as scratch:
        written = Path(scratch) / "rows.csv"
        engine.execute(
            f"copy (select {chosen} from read_parquet('{_text(path)}')) to '{_text(written)}'"
            " (format csv, header false, force_quote *)"
        )
        with open(written, "rb") as rows:
            cursor.copy_expert(
                f"copy {quoted(schema)}.{quoted(relation)} from stdin (format csv)", rows
            )
    return int(cursor.rowcount)


def _list_literal(column: str) -> str:
    """A list as the server writes an array: {"one","two"}."""
    escaped = "replace(replace(cast(item as varchar), '\\', '\\\\'), '\"', '\\\"')"
    items = f"list_transform({column}, lambda item: coalesce('\"' || {escaped} || '\"', 'NULL'))"
    return f"case when {column} is not null then '{{' || array_to_string({items}, ',') || '}}' end"


def _text(path: Path) -> str:
    return str(path).replace("'", "''")


def _tidy(server: Any, schema: str, relations: dict[str, int]) -> None:
    """Clear away the rows that were replaced, and count anew for the planner; readers go on."""
    server.autocommit = True
    with server.cursor() as cursor:
        for relation in relations:
            cursor.execute(f"vacuum (analyze) {quoted(schema)}.{quoted(relation)}")
