"""The secret behind every id: made once, kept in the vault, never printed, logged or put into SQL text."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

import duckdb

from touchpoints.settings import WrongSetting


def identity_key(path: Path) -> str:
    """Return the key in `path`; make it (256 random bits, readable by its owner alone) where there is none.

    Raises WrongSetting where the file holds no key: ids that are hashed without one can be guessed.
    """
    if not path.exists():
        _make(path)
    try:
        key = path.read_text(encoding="ascii").strip()
    except UnicodeDecodeError:
        key = ""
    if not key:
        raise WrongSetting(
            f"TOUCHPOINT_VAULT_KEY={str(path)!r}: the file holds no key. Bring back the one that ids were made with, "
            "or delete the file to have another made, with which all ids are others"
        )
    return key


def check_same(connection: duckdb.DuckDBPyConnection, key: str, path: Path) -> None:
    """Raises WrongSetting where the build database was made with another key: what stands in it and what comes in
    would have ids of two kinds."""
    is_there = connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'vault' and table_name = 'identity_key'"
    ).fetchall()
    if (
        is_there
        and connection.execute(
            "select 1 from vault.identity_key where identity_key <> ?", [key]
        ).fetchall()
    ):
        raise WrongSetting(
            f"TOUCHPOINT_VAULT_KEY={str(path)!r}: the build database was made with another key. Bring that key back, "
            "name another TOUCHPOINT_DATABASE, or make all anew by `make build DBT_ARGS=--full-refresh`: then all ids "
            "are others, and what was erased before is not recognised any more"
        )


def _make(path: Path) -> None:
    """Write a key whole or not at all; of two runs that make one at once the first one's stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        except OSError:
            # a file system without links
            if not path.exists():
                os.replace(fresh, path)
    finally:
        Path(fresh).unlink(missing_ok=True)
