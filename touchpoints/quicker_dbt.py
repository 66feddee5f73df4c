"""dbt in less time: its bookkeeping keeps one core busy throughout a build of little data.

`quicken()` puts quicker functions that give the same in place of these of the locked version:

- an event is made twice by a reader of JSON written in Python, whether or not anybody listens; protobuf's own
  constructor does the same, and what it does not take is left to the reader;
- every context (two to three per model or test) makes an object of each of some nine hundred macros, by three
  constructors, and looks each name up in five dictionaries;
- every answer of the database makes readers of dates anew;
- the query of a unit test is read by a parser of SQL to find its first word.

A plain `dbt build` does without it and gives the same tables.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import dbt.compilation
from dbt.clients.jinja import MacroGenerator
from dbt.compilation import InjectedCTE, inject_ctes_into_sql
from dbt.context.configured import ConfiguredContext
from dbt.context.macro_resolver import TestMacroNamespace
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.nodes import Macro
from dbt_common.clients import agate_helper
from dbt_common.events import base_types
from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message

# a query that begins with the name of its first CTE: `recursive` is followed by none
FIRST_CTE = re.compile(r"\s*with\s+(?=[a-z_]\w*\s+as\b)", re.IGNORECASE)
make_type_tester = agate_helper.build_type_tester


def quicken() -> None:
    """Put the quicker functions in place, for this process; once more changes nothing."""
    base_types.ParseDict = message_of
    base_types.get_json_string_utcnow = now
    MacroGenerator.__init__ = make_macro_generator
    MacroNamespaceBuilder.build_namespace = build_namespace
    ManifestContext.to_dict = context_of
    agate_helper.build_type_tester = type_tester_of
    dbt.compilation.inject_ctes_into_sql = put_first


def now() -> datetime:
    """The time of an event; protobuf's constructor takes no text for it."""
    return datetime.now(UTC)


def message_of(values: dict[str, Any], message: Message) -> Message:
    """The message with these values."""
    try:
        return type(message)(**values)
    except (AttributeError, TypeError, ValueError):
        info = values.get("info")
        if isinstance(info, dict) and isinstance(info.get("ts"), datetime):
            info["ts"] = info["ts"].isoformat()
        return ParseDict(values, message)


def make_macro_generator(
    self: MacroGenerator,
    macro: Any,
    context: dict[str, Any] | None = None,
    node: Any = None,
    stack: Any = None,
) -> None:
    """What the constructors of a macro's object and of its two ancestors do."""
    self.macro = macro
    self.context = context
    self.node = node
    self.stack = stack


def build_namespace(
    self: MacroNamespaceBuilder,
    macros_by_package: Mapping[str, Mapping[str, Macro]],
    ctx: dict[str, Any],
) -> MacroNamespace:
    """All macros, told apart by whose they are: dbt's, the root project's, the node's package, other packages."""
    node, stack = self.node, self.thread_ctx
    for package, macros in macros_by_package.items():
        made = {name: MacroGenerator(macro, ctx, node, stack) for name, macro in macros.items()}
        if package in self.internal_package_names:
            self.internal_packages[package] = made
            continue
        self.packages[package] = made
        if package == self.search_package:
            self.locals.update(made)
        elif package == self.root_package:
            self.globals.update(made)
    internal: dict[str, MacroGenerator] = {}
    for package in reversed(self.internal_package_names_order):
        internal.update(self.internal_packages.get(package, {}))
    return MacroNamespace(
        global_namespace=self.globals,
        local_namespace=self.locals,
        global_project_namespace=internal,
        packages=self.packages,
    )


def context_of(self: ManifestContext) -> dict[str, Any]:
    """The context with all macros in it; where names meet, the first that is searched wins."""
    context = ConfiguredContext.to_dict(self)
    namespace = self.namespace
    if isinstance(namespace, TestMacroNamespace):
        context.update(namespace.local_namespace)
        context.update(namespace.project_namespace)
    else:
        for names in reversed(list(namespace._search_order())):
            context.update(names)
    return context


@functools.cache
def reader_of(text_columns: frozenset[str], null_values: tuple[str, ...] | None) -> Any:
    """A reader of values; it keeps nothing of what it read."""
    return make_type_tester(text_columns, string_null_values=null_values)


def type_tester_of(
    text_columns: Iterable[str], string_null_values: Iterable[str] | None = ("null", "")
) -> Any:
    """The reader of values for these columns, made once."""
    null_values = None if string_null_values is None else tuple(string_null_values)
    return reader_of(frozenset(text_columns), null_values)


def put_first(sql: str, ctes: list[InjectedCTE]) -> str:
    """The query with these CTEs before its own."""
    found = FIRST_CTE.match(sql)
    if not ctes or not found or ";" in sql:
        return inject_ctes_into_sql(sql, ctes)
    return f"{found[0]}{', '.join(cte.sql for cte in ctes)}, {sql[found.end() :]}"
