"""dbt-duckdb plug-in: checks settings and definitions, brings the secret into the vault, registers the audit reader.

Loaded by profiles.yml at the start of every dbt invocation on DuckDB, so that a plain `dbt build` is as well
checked as `make build`.
"""

from __future__ import annotations

import atexit
import os
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError
from duckdb import DuckDBPyConnection

from touchpoints import landing, stamp
from touchpoints.definitions import check_definitions
from touchpoints.settings import WrongSetting, as_variables, read_settings
from touchpoints.vault import check_same, identity_key


def given_vars() -> dict[str, Any]:
    """The vars of dbt's command line."""
    from dbt.flags import get_flags

    return dict(getattr(get_flags(), "VARS", None) or {})


class Plugin(BasePlugin):
    """Registers the functions that the macros in `macros/engine` call."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Read settings and definitions; a wrong one stops the invocation with the accepted values."""
        try:
            given = given_vars()
            self.settings = read_settings()
            read_settings({**os.environ, **as_variables(given)})
            check_definitions(given=given)
        except WrongSetting as error:
            raise DbtRuntimeError(str(error)) from None
        stamp.follow_invocation(self.settings)

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Create the vault's key table and register the functions that read landed files; a reader needs neither."""
        conn.execute(f"set threads = {self.settings.threads}")
        ((access_mode,),) = conn.execute("select current_setting('access_mode')").fetchall()
        if access_mode == "read_only":
            return
        try:
            key = identity_key(self.settings.vault_key)
            if not stamp.makes_all_anew():
                check_same(conn, key, self.settings.vault_key)
        except WrongSetting as error:
            raise DbtRuntimeError(str(error)) from None
        conn.execute("create schema if not exists vault")
        conn.execute(
            "create or replace table vault.identity_key as select ? as identity_key", [key]
        )
        for function in (
            landing.file_hash,
            landing.modified_at,
            landing.parquet_problem,
            landing.mixed_line_ends,
            landing.csv_header_json,
            landing.csv_layout_json,
        ):
            conn.create_function(
                f"landed_{function.__name__}",
                function,
                ["VARCHAR"],
                "VARCHAR",
                null_handling="special",
            )
        atexit.register(conn.close)
