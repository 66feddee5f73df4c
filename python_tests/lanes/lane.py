"""Two builds of one world: on a server and on DuckDB, with the same landed files and the same secret."""

from __future__ import annotations

import os
import subprocess
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import duckdb

from builds import KEY, NO_TESTS, PROJECT, Build, green, run_dbt
from lanes.world import World, differences, duckdb_table, promised_relations


@dataclass(frozen=True)
class Lane(ABC):
    """A world, the settings that point at a server, and a folder for both builds."""

    folder: Path
    server: dict[str, str]
    world: World

    @classmethod
    def start(cls, folder: Path, server: dict[str, str], *more: Any) -> Self:
        """A world that no test has touched yet."""
        vault = folder / "duckdb" / "vault"
        vault.mkdir(parents=True, mode=0o700)
        (vault / "identity.key").write_text(KEY + "\n", encoding="ascii")
        return cls(folder, server, World.start(folder), *more)

    @abstractmethod
    def query(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Columns and rows of a query on the server."""

    def load(self) -> subprocess.CompletedProcess[str]:
        """Copy what has landed to where the server reads it."""
        return self.run("load")

    def build(self, *command: str) -> Build:
        """dbt on the server."""
        return self.dbt("build", *command)

    def build_on_duckdb(self, *command: str) -> Build:
        """dbt on DuckDB, without tests: `make test` runs them."""
        return green(self.dbt_on_duckdb("build", *NO_TESTS, *command))

    def build_both(self) -> Build:
        """What has landed, built on the server with every test and on DuckDB, which is returned."""
        loaded = self.load()
        assert loaded.returncode == 0, loaded.stderr
        ours = green(self.build())
        theirs = self.build_on_duckdb()
        assert promised_relations(ours) == promised_relations(theirs)
        return theirs

    def dbt(self, *command: str) -> Build:
        """A command of dbt on the server."""
        return run_dbt(
            self.folder / "server", command, self.settings | self.server, self.world.project
        )

    def dbt_on_duckdb(self, *command: str) -> Build:
        """A command of dbt on DuckDB."""
        return run_dbt(self.folder / "duckdb", command, self.settings, self.world.project)

    def run(
        self, *command: str, cwd: Path = PROJECT, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """A command of the project on the server."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("TOUCHPOINT_")}
        key = self.folder / "duckdb" / "vault" / "identity.key"
        return subprocess.run(
            [sys.executable, "-m", "touchpoints", *command],
            cwd=cwd,
            env={
                **kept,
                **self.settings,
                **self.server,
                "TOUCHPOINT_VAULT_KEY": str(key),
                **settings,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def settings(self) -> dict[str, str]:
        """What both builds read."""
        return {"TOUCHPOINT_RAW_ROOT": str(self.world.raw)}

    def differences(self, theirs: Build) -> list[str]:
        """What differs between the server and a DuckDB build in the promised relations."""
        relations = promised_relations(theirs)
        assert len(relations) > 25
        return differences(
            relations,
            lambda schema, name: self.query(f"select * from {schema}.{name}"),
            lambda *name: duckdb_table(theirs, *name),
        )

    def propose_on_duckdb(self, links: list[tuple[str, str, float]]) -> None:
        """Put proposed links where the matching leaves them on DuckDB."""
        values = ", ".join(f"('{one}', '{other}', {score})" for one, other, score in links)
        path = self.folder / "duckdb" / "vault" / "proposed_links.parquet"
        duckdb.execute(
            f"copy (select * from (values {values}) as links(contact_id, other_contact_id, score))"
            f" to '{path}' (format parquet)"
        )

    def empty(self, theirs: Build) -> list[str]:
        """Promised relations without a row on the server."""
        return [
            name
            for schema, name in promised_relations(theirs)
            if self.query(f"select count(*) from {schema}.{name}")[1] == [(0,)]
        ]
