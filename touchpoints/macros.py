"""The project's SQL macros, rendered without dbt: what is looked at beforehand is read as a build reads it."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2

from touchpoints.settings import project_dir, read_yaml

FOLDERS = ("engine", "erasure", "landing", "normalise", "settings")


class MacroError(RuntimeError):
    """A macro raised a compiler error."""


class _Adapter:
    """Stands in for dbt's adapter: dispatches to the DuckDB form of a macro, else to the one of all engines."""

    def __init__(self) -> None:
        self.module: Any = None

    def dispatch(self, name: str) -> Any:
        own = getattr(self.module, f"duckdb__{name}", None)
        return own or getattr(self.module, f"default__{name}")


@functools.cache
def _vars(project: Path) -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(project / "dbt_project.yml")["vars"]
    return found


def var_default(name: str, default: Any = None, project: Path | None = None) -> Any:
    """The value of a var in dbt_project.yml."""
    return _vars(project or project_dir()).get(name, default)


def load_macros(project: Path | None = None) -> Any:
    """The macros of the project as functions that return SQL; vars have the defaults of dbt_project.yml."""
    project = project or project_dir()
    environment = jinja2.Environment(
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], undefined=jinja2.StrictUndefined
    )
    sources = []
    for folder in FOLDERS:
        for path in sorted((project / "macros" / folder).glob("*.sql")):
            source = path.read_text(encoding="utf-8")
            try:
                environment.parse(source)
            except jinja2.TemplateSyntaxError:
                continue  # dbt's own tags (a test, a materialization): nothing that SQL expressions call
            sources.append(source)
    adapter = _Adapter()

    def fail(message: str) -> None:
        raise MacroError(message)

    environment.globals.update(
        {
            "adapter": adapter,
            "return": lambda value: value,
            "var": lambda name, default=None: var_default(name, default, project),
            "env_var": lambda name, default=None: os.environ.get(name, default),
            "exceptions": {"raise_compiler_error": fail},
            "execute": True,
        }
    )
    adapter.module = environment.from_string("\n".join(sources)).module
    return adapter.module


class _Column(list[Any]):
    """A column of a result, as dbt's run_query hands it over."""

    def values(self) -> _Column:
        """The values in order."""
        return self


def load_component_macros(
    connection: duckdb.DuckDBPyConnection, project: Path | None = None
) -> Any:
    """The macros of identity that run statements of their own, on a connection: for tests and measurements."""
    project = project or project_dir()
    environment = jinja2.Environment(
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], undefined=jinja2.StrictUndefined
    )
    names = ("engine/working_table", "identity/connected_components", "identity/guarded_components")
    sources = [(project / "macros" / f"{name}.sql").read_text(encoding="utf-8") for name in names]
    adapter = _Adapter()

    def run_query(sql: str) -> Any:
        result = connection.execute(sql)
        rows = result.fetchall() if result.description else []
        width = len(rows[0]) if rows else 1
        columns = [_Column(row[place] for row in rows) for place in range(width)]
        return SimpleNamespace(columns=columns, rows=rows)

    def fail(message: str) -> None:
        raise MacroError(message)

    environment.globals.update(
        execute=True,
        run_query=run_query,
        adapter=adapter,
        exceptions={"raise_compiler_error": fail},
    )
    adapter.module = environment.from_string("\n".join(sources)).module
    return adapter.module
