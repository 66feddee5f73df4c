"""Connections to the embedded engine outside dbt: the settings' threads and memory, times in UTC."""

from __future__ import annotations

from pathlib import Path

import duckdb

from touchpoints.settings import Settings


def connect(settings: Settings, read: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection in memory, or with `read` to the build database, which is never written.

    Raises duckdb.IOException where the database is absent or held by a writer.
    """
    connection = duckdb.connect(
        str(settings.database) if read else ":memory:",
        read_only=read,
        config={"threads": str(settings.threads), "memory_limit": settings.memory},
    )
    connection.execute("set TimeZone = 'UTC'")
    return connection


def plain_path(path: Path | str) -> str:
    """A path as DuckDB's readers of files take it: what would make it a pattern of paths stands for itself."""
    return "".join(f"[{sign}]" if sign in "[*?" else sign for sign in str(path))
