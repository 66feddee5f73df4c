"""dbt in less time: its bookkeeping keeps one core busy throughout a build of little data.

`quicken()` puts quicker functions that give the same in place of these of the locked version:

- an event is made twice by a reader of JSON written in Python, whether or not anybody listens; protobuf's own
  constructor does the same, and what it does not take is left to the reader;
- every context (two to three per model or test) makes an object of each of some nine hundred macros, by three
  constructors, and looks each name up in five dictionaries; a macro's object is made when it is asked for;
- every template is compiled as often as it is rendered: when the project is read, when a model is built, and for
  each of its unit tests; what stands in YAML is rendered with a copy of the whole context;
- every answer of the database makes readers of dates anew;
- the columns of a relation are asked for through two macros, each with a context of its own;
- a relation is looked for among all that there are, twice;
- each line of the log, wanted or not, reads the whole environment in search of secrets;
- the query of a unit test is read by a parser of SQL to find its first word;
- all ancestors of each node are looked for anew, and every test is put before all that comes after what it reads,
  where it is enough to put it before the first of these (dbt's own quicker way, USE_FAST_TEST_EDGES, forgets tests of
  several relations wherever these come from a source);
- cycles are looked for edge by edge, also where an order of the nodes shows that there is none;
- the kinds of nodes in a summary of the graph are told by making a dictionary of each node, twice;
- the manifest of a build is written before it and after it;
- JSON is written by the encoder that is written in Python.

One function gives more: of a seed beyond 1 MiB dbt knows the path alone, and would not see that its rows change; here a
seed of any size is known by what it says, which tables that follow the news are made by.

A plain `dbt build` does without it and gives the same tables; with a large seed it asks for `--full-refresh`.
"""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

import dbt.artifacts.schemas.base
import dbt.artifacts.schemas.run.v5.run
import dbt.cli.requires
import dbt.compilation
import networkx
from dbt.adapters.base.column import Column
from dbt.adapters.base.impl import BaseAdapter
from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.adapters.reference_keys import _ReferenceKey
from dbt.clients.jinja import MacroGenerator
from dbt.compilation import InjectedCTE, Linker, inject_ctes_into_sql
from dbt.config import RuntimeConfig
from dbt.context.configured import ConfiguredContext
from dbt.context.macro_resolver import TestMacroNamespace
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.files import FilePath
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import Macro
from dbt.flags import get_flags
from dbt.parser.manifest import parse_manifest
from dbt_common.clients import agate_helper
from dbt_common.clients.jinja import (
    MacroFuzzEnvironment,
    MacroFuzzTemplate,
    NativeSandboxTemplate,
)
from dbt_common.clients.system import write_file
from dbt_common.constants import SECRET_ENV_PREFIX
from dbt_common.events import base_types, functions
from dbt_common.exceptions import DbtRuntimeError
from dbt_common.utils.encoding import JSONEncoder
from dbt_common.utils.formatting import lowercase
from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message

from touchpoints.templates import compile_once

# an apostrophe may be the end of a text that only looks like a comment
COMMENT = r"--[^\n']*"
# a query that begins, after comments, with the name of its first CTE: `recursive` is followed by none
FIRST_CTE = re.compile(rf"\s*(?:{COMMENT}\n\s*)*with\s+(?=[a-z_]\w*\s+as\b)", re.IGNORECASE)
make_type_tester = agate_helper.build_type_tester
find_cycles = Linker.find_cycles


def quicken(when_read: Callable[[Manifest], None] | None = None) -> None:
    """Put the quicker functions in place, for this process; once more changes nothing.

    `when_read` is called with the manifest when a build has read the project.
    """
    base_types.ParseDict = message_of
    base_types.get_json_string_utcnow = now
    MacroGenerator.__init__ = make_macro_generator
    MacroFuzzEnvironment.compile = compile_once
    NativeSandboxTemplate.new_context = MacroFuzzTemplate.new_context
    ManifestContext._build_namespace = namespace_of
    MacroNamespaceBuilder.build_namespace = build_namespace
    ManifestContext.to_dict = context_of
    agate_helper.build_type_tester = type_tester_of
    dbt.compilation.inject_ctes_into_sql = put_first
    FilePath.seed_too_large = never_too_large
    DuckDBAdapter.get_columns_in_relation = columns_of
    DuckDBAdapter.get_relation = relation_of
    functions.env_secrets = secrets
    dbt.cli.requires.parse_manifest = functools.partial(read_project, when_read)
    Linker.add_test_edges = put_tests_first
    Linker.find_cycles = cycle_of
    Linker.get_graph_summary = summary_of
    dbt.artifacts.schemas.base.write_json = write_at_once
    dbt.artifacts.schemas.run.v5.run.write_json = write_at_once


def never_too_large(_: FilePath) -> bool:
    """FilePath.seed_too_large that has every seed known by its content."""
    return False


def columns_of(self: DuckDBAdapter, relation: BaseRelation) -> list[Column]:
    """The columns of a relation; none where there is no such relation."""
    sql = f"describe {relation.render()}"
    try:
        with self.connections.exception_handler(sql):
            cursor = self.connections.get_thread_connection().handle.cursor()
            return [self.Column(name, kind) for name, kind, *_ in cursor.execute(sql).fetchall()]
    except DbtRuntimeError as error:
        if "does not exist" in str(error).lower():
            return []
        raise


def relation_of(
    self: DuckDBAdapter, database: str, schema: str, identifier: str
) -> BaseRelation | None:
    """The relation of that name, by its key in what dbt remembers; None if there is none."""
    if not self._schema_is_cached(database, schema):
        return BaseAdapter.get_relation(self, database, schema, identifier)
    key = _ReferenceKey(lowercase(database), lowercase(schema), lowercase(identifier))
    known = self.cache.relations.get(key)
    if known is None:
        return None
    matches = self._make_match([known.inner], database, schema, identifier)
    return matches[0] if matches else None


def secrets() -> list[str]:
    """What the log must not say: the values of environment variables whose names begin as secrets' do."""
    return [
        os.environ[name]
        for name in os.environ
        if name.startswith(SECRET_ENV_PREFIX) and os.environ[name].strip()
    ]


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


class Macros(dict[str, Any]):
    """What names stand for; a macro's object is made when it is first asked for."""

    def __init__(
        self,
        make: Callable[[Macro], MacroGenerator] | None = None,
        macros: Mapping[str, Macro] | None = None,
    ) -> None:
        super().__init__()
        self.make = make
        self.macros = dict(macros or {})

    def __missing__(self, name: str) -> MacroGenerator:
        made = self[name] = self.make(self.macros[name])
        return made

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self.macros

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(super().__iter__()), **self.macros})

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return bool(self.macros) or super().__len__() > 0

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        super().pop(name, None)
        self.macros.pop(name, None)

    __eq__ = Mapping.__eq__
    get = Mapping.get
    keys = Mapping.keys
    items = Mapping.items
    values = Mapping.values
    pop = MutableMapping.pop
    setdefault = MutableMapping.setdefault

    def copy(self) -> dict[str, Any]:
        """A plain dictionary of the same."""
        return dict(self.items())

    def take(self, others: Macros) -> None:
        """Have these macros too, in place of what their names stood for; none of their objects was made yet."""
        self.make = others.make
        for name in [name for name in super().__iter__() if name in others.macros]:
            super().pop(name)
        self.macros.update(others.macros)


def namespace_of(self: ManifestContext) -> MacroNamespace:
    """The macros of a context, which is empty yet."""
    self._ctx = Macros()
    builder = self._get_namespace_builder()
    return builder.build_namespace(self.manifest.get_macros_by_package(), self._ctx)


def build_namespace(
    self: MacroNamespaceBuilder,
    macros_by_package: Mapping[str, Mapping[str, Macro]],
    ctx: dict[str, Any],
) -> MacroNamespace:
    """All macros, told apart by whose they are: dbt's, the root project's, the node's package, other packages."""
    node, stack = self.node, self.thread_ctx

    def make(macro: Macro) -> MacroGenerator:
        return MacroGenerator(macro, ctx, node, stack)

    internal: dict[str, Macro] = {}
    for package in reversed(self.internal_package_names_order):
        internal.update(macros_by_package.get(package, {}))
    packages = {
        package: Macros(make, macros)
        for package, macros in macros_by_package.items()
        if package not in self.internal_package_names
    }
    nothing = Macros(make)
    is_root = self.root_package == self.search_package
    return MacroNamespace(
        global_namespace=nothing if is_root else packages.get(self.root_package, nothing),
        local_namespace=packages.get(self.search_package, nothing),
        global_project_namespace=Macros(make, internal),
        packages=packages,
    )


def context_of(self: ManifestContext) -> dict[str, Any]:
    """The context with all macros in it; where names meet, the first that is searched wins."""
    context = ConfiguredContext.to_dict(self)
    namespace = self.namespace
    if isinstance(namespace, TestMacroNamespace):
        context.update(namespace.local_namespace)
        context.update(namespace.project_namespace)
        return context
    for names in reversed(list(namespace._search_order())):
        if isinstance(context, Macros) and isinstance(names, Macros):
            context.take(names)
        else:
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
    if not ctes or not found or ";" in re.sub(COMMENT, "", sql):
        return inject_ctes_into_sql(sql, ctes)
    return f"{found[0]}{', '.join(cte.sql for cte in ctes)}, {sql[found.end() :]}"


def cycle_of(self: Linker) -> str | None:
    """A cycle of the graph in words; None where there is none."""
    return None if networkx.is_directed_acyclic_graph(self.graph) else find_cycles(self)


def summary_of(self: Linker, manifest: Manifest) -> dict[int, dict[str, Any]]:
    """Every node by its number: name, kind, numbers of the nodes that come after it."""
    numbers = {node: number for number, node in enumerate(self.graph)}
    summary = {}
    for node, number in numbers.items():
        told = {"name": node, "type": str(manifest.expect(node).resource_type)}
        following = [numbers[other] for other in self.graph.successors(node)]
        summary[number] = {**told, "succ": following} if following else told
    return summary


def put_tests_first(self: Linker, manifest: Manifest) -> None:
    """Put every test before the first nodes that come after all it reads; what comes after these waits with them."""
    graph = self.graph
    bits = {node: 1 << number for number, node in enumerate(graph)}
    before = dict.fromkeys(graph, 0)
    for node in networkx.topological_sort(graph):
        for parent in graph.predecessors(node):
            before[node] |= before[parent] | bits[parent]
    # in the graph's order, so that two runs go the same way
    waiting = dict.fromkeys(
        node for node in graph if node in manifest.nodes and not node.startswith("test.")
    )
    tests: dict[int, list[str]] = {}
    for node in graph:
        read = sum(bits[parent] for parent in graph.predecessors(node))
        if node.startswith("test.") and read:
            tests.setdefault(read, []).append(node)
    edges = []
    for node in waiting:
        earlier = [before[parent] for parent in graph.predecessors(node) if parent in waiting]
        for read, ids in tests.items():
            if read & ~before[node] == 0 and all(read & ~known for known in earlier):
                edges += [(test, node) for test in ids]
    graph.add_edges_from(edges, edge_type="parent_test")


def read_project(
    when_read: Callable[[Manifest], None] | None,
    config: RuntimeConfig,
    write_perf_info: bool,
    write: bool,
    *others: Any,
) -> Manifest:
    """The manifest, written unless this is a build, which writes it at its end; of a build it is told."""
    is_build = get_flags().WHICH == "build"
    manifest = parse_manifest(config, write_perf_info, write and not is_build, *others)
    if is_build and when_read:
        when_read(manifest)
    return manifest


def write_at_once(path: str, data: dict[str, Any]) -> bool:
    """Write data as JSON, which `json.dump` does piece by piece."""
    return write_file(path, json.dumps(data, cls=JSONEncoder))
