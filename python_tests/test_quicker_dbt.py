"""The quicker functions give what dbt's own give; the tables of both are compared in test_determinism.py."""

from __future__ import annotations

import functools
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from multiprocessing import get_context
from types import SimpleNamespace

import networkx
import pytest
from dbt.adapters.base.impl import BaseAdapter
from dbt.adapters.contracts.connection import QueryComment
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.adapters.events.types import SQLQuery, SQLQueryStatus
from dbt.adapters.exceptions.compilation import ApproximateMatchError
from dbt.clients.jinja import MacroGenerator, MacroStack
from dbt.compilation import InjectedCTE, Linker, inject_ctes_into_sql
from dbt.context import macro_resolver
from dbt.context.configured import ConfiguredContext
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import Macro
from dbt.events.types import CommandCompleted
from dbt_common.clients import agate_helper
from dbt_common.clients.jinja import MacroFuzzTemplate, get_environment
from dbt_common.clients.system import write_json
from dbt_common.exceptions import DbtRuntimeError, env_secrets
from google.protobuf.json_format import ParseDict
from jinja2 import TemplateSyntaxError

from builds import PROJECT, parsed
from touchpoints.quicker_dbt import (
    Macros,
    build_namespace,
    columns_of,
    context_of,
    cycle_of,
    make_macro_generator,
    message_of,
    now,
    put_first,
    put_tests_first,
    read_project,
    relation_of,
    secrets,
    summary_of,
    type_tester_of,
    write_at_once,
)
from touchpoints.templates import compile_once

ORDER = ("of_node", "of_root", "other", "dbt_engine", "dbt")
QUERIES = {
    "a CTE": "\n\nwith x as (select 1)\nselect * from x",
    "capitals": "WITH X AS (select 1) select 1",
    "no CTE": "select 'with x as' as a",
    "recursive": "with recursive x as (select 1) select * from x",
    "a comment first": "-- with y as\nwith x as (select 1) select 1",
    "comments first": "\n-- with y as\n\n  -- it's\n-- c\nwith x as (select 1) select 1",
    "two statements in a comment": "with x as ( -- 1; 2\nselect 1) select 1",
    "two statements after what looks like a comment": "with x as (select '--') select '--'; select 2",
    "a comment after": "with\n\n-- c\nx as (select 1) select 1",
    "two statements": "with x as (select 1) select 1; select 2",
    "in brackets": "(with x as (select 1) select 1)",
    "a name in quotes": 'with "x y" as (select 1) select 1',
    "columns": "with x (a) as (select 1) select 1",
}


@pytest.mark.parametrize(
    ("event", "values"),
    [
        (SQLQuery, {"conn_name": "c", "sql": "select 1", "node_info": {"node_name": "n"}}),
        (SQLQuery, {"conn_name": None, "sql": "select 1"}),
        (SQLQueryStatus, {"status": "OK", "elapsed": 0.25}),
        (SQLQueryStatus, {"status": "OK", "elapsed": "0.25"}),
        (
            CommandCompleted,
            {"command": "c", "success": True, "completed_at": "2026-01-01T00:00:00.5Z"},
        ),
    ],
    ids=["nested", "none", "number", "number as text", "time as text"],
)
def test_an_event_says_the_same(event, values):
    kind = getattr(event.PROTO_TYPES_MODULE, event.__name__)
    told = message_of(dict(values), kind())
    assert told == ParseDict(values, kind())
    assert told != kind()


def test_an_event_keeps_its_time():
    at = datetime(2026, 1, 1, 12, 30, 0, 250_000, UTC)
    kind = SQLQuery.PROTO_TYPES_MODULE.SQLQueryMsg
    for pid in (7, "7"):  # the latter is left to the reader of JSON
        message = message_of({"info": {"name": "n", "ts": at, "pid": pid}}, kind())
        assert message.info.ts.ToDatetime(UTC) == at
        assert message.info.pid == 7


def test_the_time_of_an_event_is_now():
    before = datetime.now(UTC)
    kind = SQLQuery.PROTO_TYPES_MODULE.SQLQueryMsg
    told = message_of({"info": {"ts": now()}}, kind()).info.ts.ToDatetime(UTC)
    assert before - timedelta(milliseconds=1) <= told <= datetime.now(UTC)


def test_an_unknown_field_is_an_error_as_before():
    with pytest.raises(Exception, match="nonsense"):
        message_of({"nonsense": 1}, SQLQuery.PROTO_TYPES_MODULE.SQLQuery())


def macro(package: str, name: str) -> Macro:
    """A macro of a package."""
    return Macro(
        name=name,
        resource_type="macro",
        package_name=package,
        path="p",
        original_file_path="p",
        unique_id=f"macro.{package}.{name}",
        macro_sql="",
    )


def found(namespace: MacroNamespace, name: str, package: str | None) -> str | None:
    """Which macro a name stands for."""
    generator = namespace.get_from_package(package, name)
    return generator and generator.macro.unique_id


@pytest.mark.parametrize("missing", range(len(ORDER)))
def test_a_name_stands_for_the_same_macro(missing):
    packages = {
        package: {
            name: macro(package, name)
            for name in (["both"] * (place != missing) + [f"only_{package}"])
        }
        for place, package in enumerate(ORDER)
    }

    def builder() -> MacroNamespaceBuilder:
        internal = ["dbt_engine", "dbt"]
        return MacroNamespaceBuilder("of_root", "of_node", MacroStack(), internal, None)

    context = {"here": 1}
    ours = build_namespace(builder(), packages, context)
    theirs = builder().build_namespace(packages, context)
    assert sorted(ours) == sorted(theirs)
    names = ["both", *(f"only_{package}" for package in ORDER)]
    whose = [None, "dbt", "of_node", "of_root", "other"]
    told = {(name, package): found(ours, name, package) for name, package in product(names, whose)}
    assert told == {key: found(theirs, *key) for key in told}
    assert ours["both"].context is context


@pytest.mark.parametrize("given", [(), ({"here": 1},), ({"here": 1}, "node", MacroStack())])
def test_the_object_of_a_macro_is_the_same(given):
    ours, theirs = (object.__new__(MacroGenerator) for _ in range(2))
    make_macro_generator(ours, "macro", *given)
    MacroGenerator.__init__(theirs, "macro", *given)
    assert vars(ours) == vars(theirs)


def contexts(namespace: object, monkeypatch: pytest.MonkeyPatch) -> tuple[dict, dict]:
    """What the quicker function and dbt's own make of a namespace."""
    monkeypatch.setattr(ConfiguredContext, "to_dict", lambda _: {"both": "mine", "own": "mine"})
    context = object.__new__(ManifestContext)
    context.namespace = namespace
    return context_of(context), ManifestContext.to_dict(context)


def test_in_a_context_the_first_that_is_searched_wins(monkeypatch):
    places = [{"both": place, f"only_{place}": place} for place in range(4)]
    for missing in range(4):
        chosen = [dict(names) for names in places]
        del chosen[missing]["both"]
        ours, theirs = contexts(MacroNamespace(*chosen), monkeypatch)
        assert ours == theirs
        assert ours["own"] == "mine"


def test_the_context_of_a_test_has_its_macros(monkeypatch):
    namespace = object.__new__(macro_resolver.TestMacroNamespace)
    namespace.local_namespace = {"both": 1, "only_local": 1}
    namespace.project_namespace = {"both": 2, "only_project": 2}
    ours, theirs = contexts(namespace, monkeypatch)
    assert ours == theirs
    assert ours["both"] == 2


def meaning(value: object) -> object:
    """A macro by its id, a package by what its names stand for."""
    if isinstance(value, MacroGenerator):
        return value.macro.unique_id
    return {key: meaning(value[key]) for key in value} if isinstance(value, dict) else value


@pytest.mark.parametrize("root", ["of_root", "of_node"])
@pytest.mark.parametrize("missing", range(len(ORDER)))
def test_a_context_makes_macros_when_they_are_asked_for(missing, root, monkeypatch):
    packages = {
        package: {
            name: macro(package, name)
            for name in (["both", "own"] * (place != missing) + [f"only_{package}", "dbt", "other"])
        }
        for place, package in enumerate(ORDER)
    }
    told, parts = [], []
    for context, build, tell in (
        (Macros(), build_namespace, context_of),
        ({}, MacroNamespaceBuilder.build_namespace, ManifestContext.to_dict),
    ):
        stack = MacroStack()
        builder = MacroNamespaceBuilder(root, "of_node", stack, ["dbt_engine", "dbt"], None)
        whole = object.__new__(ManifestContext)
        whole.namespace = build(builder, packages, context)
        parts.append((whole.namespace.local_namespace, whole.namespace.global_namespace))
        context.update({"own": "mine", "builtin": "mine"})
        monkeypatch.setattr(ConfiguredContext, "to_dict", lambda _, given=context: given)
        told.append(tell(whole))
    ours, theirs = told
    assert dict.__len__(ours) < len(ORDER) + 3
    for part in zip(*parts, strict=True):
        assert meaning(part[0]) == meaning(part[1])
    assert ours["only_dbt"] is ours["only_dbt"]
    assert ours["only_dbt"].context is ours
    assert meaning(ours) == meaning(theirs)
    assert len(ours) == len(theirs)
    assert "nothing" not in ours
    with pytest.raises(KeyError):
        ours["nothing"]


def test_names_that_are_not_asked_for_yet_are_there():
    made = []

    def names() -> Macros:
        return Macros(lambda found: made.append(found) or f"made of {found}", {"a": "A", "b": "B"})

    whole = {"a": "made of A", "b": "made of B"}
    assert names() == whole
    assert dict(names()) == {**names()} == names().copy() == dict(names().items()) == whole
    assert sorted(names()) == sorted(names().keys()) == ["a", "b"]
    assert sorted(names().values()) == sorted(whole.values())
    assert len(names()) == 2
    made.clear()
    assert names()
    assert "a" in names()
    assert not made
    assert not Macros()
    assert names().get("a") == names().setdefault("a", 1) == names().pop("a") == "made of A"
    assert names().get("c") is None
    changed = names()
    changed["a"] = "mine"
    changed.update(c="more")
    assert changed == {"a": "mine", "b": "made of B", "c": "more"}
    del changed["a"], changed["b"]
    assert changed == {"c": "more"}
    with pytest.raises(KeyError):
        del changed["a"]


def test_a_template_is_compiled_once():
    source = "{% set x = [1, 2] %}{{ x | length }} {{ y }} of {{ name | default('nobody') }}"
    texts, again, natives = (get_environment(native=native) for native in (False, False, True))
    code = compile_once(texts, source)
    assert compile_once(again, source) is code
    assert compile_once(natives, source) is not code
    assert compile_once(texts, source + " ") is not code
    for environment in (texts, natives):
        ours = environment.template_class.from_code(
            environment, compile_once(environment, source), {"y": 3}
        )
        theirs = environment.from_string(source, globals={"y": 3})
        assert ours.render({"name": "x"}) == theirs.render({"name": "x"}) == "2 3 of x"
    with pytest.raises(TemplateSyntaxError):
        compile_once(texts, "{{ x")


@pytest.mark.parametrize("source", ["{{ [a, b] }}", "{{ missing }}", "1{{ a }}", "{{ context.a }}"])
def test_yaml_reads_its_context_where_it_is(source):
    context = {"a": 1, "b": "x"}
    context["context"] = context
    environment = get_environment(native=True)
    theirs = environment.from_string(source, globals=context).render(context)
    template = environment.from_string(source, globals=context)
    template.new_context = functools.partial(MacroFuzzTemplate.new_context, template)
    assert template.render(context) == theirs


@pytest.mark.parametrize("sql", QUERIES.values(), ids=QUERIES)
def test_fixtures_come_before_a_query_as_before(sql):
    ctes = [InjectedCTE("a", " a as (select 1)"), InjectedCTE("b", " b as (select 2)")]
    for chosen in ([], ctes[:1], ctes):
        assert put_first(sql, chosen) == inject_ctes_into_sql(sql, chosen)


@pytest.mark.parametrize(
    "query", ["a CTE", "capitals", "a comment first", "two statements in a comment"]
)
def test_a_query_that_begins_with_a_cte_is_not_parsed(query, monkeypatch):
    monkeypatch.setattr("touchpoints.quicker_dbt.inject_ctes_into_sql", None)
    assert put_first(QUERIES[query], [InjectedCTE("a", " a as (select 1)")])


def test_values_are_read_as_before():
    rows = [("1", 2, "x", None, True), ("null", 3, "", None, False)]
    names = ["text", "number", "word", "nothing", "truth"]
    for text in ({"text", "word"}, {"word"}, set()):
        for nulls in ((), ("null", "")):
            ours = type_tester_of(text, nulls).run(rows, names)
            theirs = agate_helper.build_type_tester(text, string_null_values=nulls).run(rows, names)
            assert [type(kind) for kind in ours] == [type(kind) for kind in theirs]
            assert [kind.null_values for kind in ours] == [kind.null_values for kind in theirs]


def test_a_reader_of_values_is_made_once():
    assert type_tester_of({"a", "b"}) is type_tester_of(["b", "a"], ("null", ""))
    assert type_tester_of({"a"}) is not type_tester_of({"b"})
    assert type_tester_of({"a"}) is not type_tester_of({"a"}, ())


@pytest.fixture(scope="module")
def project_graph() -> tuple[networkx.DiGraph, Manifest]:
    """The graph of this project without what orders tests, and its manifest."""
    manifest = Manifest.from_msgpack(parsed().read_bytes())
    manifest.build_parent_and_child_maps()
    linker = Linker()
    linker.link_graph(manifest)
    return linker.graph, manifest


def waiting(graph: networkx.DiGraph, put: Callable[[Linker, Manifest], None], manifest) -> dict:
    """What comes after each node, once tests are put before what waits for them."""
    linker = Linker()
    linker.graph = graph.copy()
    put(linker, manifest)
    added = linker.graph.edges - graph.edges
    assert {linker.graph.edges[edge]["edge_type"] for edge in added} <= {"parent_test"}
    return {node: networkx.descendants(linker.graph, node) for node in graph}


def test_whatever_waits_for_a_test_waits_for_it_still(project_graph):
    graph, manifest = project_graph
    before = waiting(graph, Linker.add_test_edges_1, manifest)
    assert waiting(graph, put_tests_first, manifest) == before
    assert before != waiting(graph, lambda *_: None, manifest)


@pytest.mark.parametrize("seed", range(20))
def test_tests_of_several_relations_come_before_what_reads_all_of_these(seed):
    chance = random.Random(seed)
    nodes, graph = {}, networkx.DiGraph()
    for number in range(40):
        kind = chance.choice(["source", "model", "model", "test"])
        others = [node for node in graph if not node.startswith("test.")]
        read = chance.sample(others, min(len(others), chance.randint(0, 3)))
        name = f"{kind}.{number}"
        graph.add_node(name)
        if kind != "source":
            nodes[name] = SimpleNamespace(resource_type=kind, depends_on_nodes=read)
            graph.add_edges_from((parent, name) for parent in read)
    following = {node: list(graph.successors(node)) for node in graph}
    manifest = SimpleNamespace(nodes=nodes, child_map=following)
    before = waiting(graph, Linker.add_test_edges_1, manifest)
    assert waiting(graph, put_tests_first, manifest) == before


def test_a_cycle_is_told_as_before(project_graph):
    linker = Linker()
    linker.graph = project_graph[0].copy()
    assert cycle_of(linker) is None
    linker.graph.add_edges_from([("a", "b"), ("b", "c"), ("c", "a")])
    assert cycle_of(linker) == linker.find_cycles() == "a --> b --> c"


def test_the_summary_of_a_graph_says_the_same(project_graph):
    linker = Linker()
    linker.graph, manifest = project_graph
    assert summary_of(linker, manifest) == linker.get_graph_summary(manifest)


def test_json_is_written_as_before(tmp_path):
    data = {"é": [1, 0.1, None, True], "at": datetime(2026, 1, 1), "on": date(2026, 1, 2)}
    for told in (data, {**data, "amount": Decimal("1.50"), 1: {"a": ()}}):
        write_json(str(tmp_path / "theirs" / "a.json"), told)
        write_at_once(str(tmp_path / "ours" / "a.json"), told)
        ours = (tmp_path / "ours" / "a.json").read_bytes()
        assert ours == (tmp_path / "theirs" / "a.json").read_bytes()


@pytest.mark.parametrize("command", ["build", "run", "parse"])
def test_what_was_read_is_told_by_a_build_and_written_by_others(command, monkeypatch):
    monkeypatch.setattr("touchpoints.quicker_dbt.get_flags", lambda: SimpleNamespace(WHICH=command))
    monkeypatch.setattr("touchpoints.quicker_dbt.parse_manifest", lambda *given: given)
    told = []
    is_build = command == "build"
    for write in (True, False):
        read = ("config", False, write and not is_build, True, [])
        for when_read in (None, told.append):
            assert read_project(when_read, "config", False, write, True, []) == read
    assert len(told) == (2 if is_build else 0)


def test_they_are_put_in_place():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from touchpoints.quicker_dbt import *; quicken(); quicken()\n"
            "from dbt_common.events import base_types; import dbt.compilation\n"
            "from dbt.contracts.files import FilePath\n"
            "put = (base_types.ParseDict, base_types.get_json_string_utcnow, agate_helper.build_type_tester,"
            " MacroGenerator.__init__, MacroFuzzEnvironment.compile, ManifestContext._build_namespace,"
            " MacroNamespaceBuilder.build_namespace, ManifestContext.to_dict,"
            " dbt.compilation.inject_ctes_into_sql, FilePath.seed_too_large,"
            " DuckDBAdapter.get_columns_in_relation, DuckDBAdapter.get_relation, functions.env_secrets,"
            " Linker.add_test_edges, Linker.find_cycles, Linker.get_graph_summary,"
            " dbt.cli.requires.parse_manifest.func, dbt.artifacts.schemas.base.write_json,"
            " dbt.artifacts.schemas.run.v5.run.write_json)\n"
            "print(*{function.__module__ for function in put})\n"
            "print(NativeSandboxTemplate.new_context is MacroFuzzTemplate.new_context)",
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(told.stdout.split()) == {"touchpoints.quicker_dbt", "touchpoints.templates", "True"}


def test_a_large_seed_is_known_by_what_it_says(tmp_path):
    """A plain dbt knows it by its path: a change of it would not be part of the hash that incremental tables follow."""
    (tmp_path / "seeds").mkdir()
    code = (
        "from touchpoints.quicker_dbt import *\n"
        "from dbt.contracts.files import FilePath\n"
        "from dbt.parser.read_files import load_seed_source_file\n"
        "from pathlib import Path\n"
        f"seed = FilePath('seeds', 'large.csv', 0.0, {str(tmp_path)!r})\n"
        "def checksum(rate):\n"
        "    Path(seed.full_path).write_text('rate\\n' * 300_000 + rate)\n"
        "    return load_seed_source_file(seed, 'p').checksum\n"
        "before = [checksum('6'), checksum('7')]\n"
        "quicken()\n"
        "after = [checksum('6'), checksum('7'), checksum('6')]\n"
        "print([c.name for c in before + after], before[0] == before[1], after[0] == after[1], after[0] == after[2])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    names = ["path"] * 2 + ["sha256"] * 3
    assert told.stdout.strip() == f"{names} True False True"


@pytest.fixture
def adapter(tmp_path):
    """dbt's adapter of a database with three relations, which it remembers."""
    credentials = DuckDBCredentials(database="a", schema="marts", path=str(tmp_path / "a.duckdb"))
    config = SimpleNamespace(
        credentials=credentials,
        quoting={"database": True, "schema": True, "identifier": True},
        query_comment=QueryComment(comment=""),
        threads=1,
        log_cache_events=False,
    )
    adapter = DuckDBAdapter(config, get_context("spawn"))
    adapter.connections.set_query_header({})
    with adapter.connection_named("test"):
        cursor = adapter.connections.get_thread_connection().handle.cursor()
        cursor.execute("create schema marts; create schema other")
        for schema in ("marts", "other"):
            cursor.execute(f"create table {schema}.same as select 1 as a")
        cursor.execute(f'create table marts."Odd one" as {ODD_COLUMNS}')
        for schema, name in (("marts", "same"), ("other", "same"), ("marts", "Odd one")):
            adapter.cache.add(relation(adapter, schema, name))
        adapter.cache.update_schemas([("a", "marts"), ("a", "other"), ("a", "empty")])
        yield adapter
    adapter.connections.cleanup_all()


ODD_COLUMNS = """
select cast(1 as decimal(18, 2)) as amount, 'x' as "Name", ['x'] as names, {'a': 1} as pair, null as nothing,
    timestamptz '2026-01-01' as at
"""


def relation(adapter, schema, name):
    """A relation of the database, as dbt speaks of it."""
    return adapter.Relation.create(database="a", schema=schema, identifier=name, type="table")


def test_columns_are_those_that_the_database_describes(adapter):
    columns = columns_of(adapter, relation(adapter, "marts", "Odd one"))
    described = adapter.connections.get_thread_connection().handle.cursor()
    described.execute('describe a.marts."Odd one"')
    assert [(column.name, column.dtype) for column in columns] == [
        row[:2] for row in described.fetchall()
    ]
    assert {type(column) for column in columns} == {adapter.Column}
    assert ("amount", "DECIMAL(18,2)") in [(column.name, column.data_type) for column in columns]


def test_a_relation_that_is_not_there_has_no_columns(adapter):
    assert columns_of(adapter, relation(adapter, "marts", "nothing")) == []
    adapter.connections.get_thread_connection().handle.cursor().execute(
        "create view marts.broken as select a from marts.same; alter table marts.same rename a to b"
    )
    with pytest.raises(DbtRuntimeError, match="Binder Error"):
        columns_of(adapter, relation(adapter, "marts", "broken"))


@pytest.mark.parametrize(
    "name",
    [("marts", "same"), ("other", "same"), ("marts", "Odd one"), ("marts", "x"), ("empty", "same")],
    ids="{0[0]}.{0[1]}".format,
)
def test_a_relation_is_found_by_its_name(adapter, name):
    found = relation_of(adapter, "a", *name)
    assert found == BaseAdapter.get_relation(adapter, "a", *name)
    assert (found is None) == (name in [("marts", "x"), ("empty", "same")])


def test_a_name_in_other_letters_is_told_as_before(adapter):
    for look in (relation_of, BaseAdapter.get_relation):
        with pytest.raises(ApproximateMatchError):
            look(adapter, "a", "marts", "ODD ONE")


def test_a_schema_that_dbt_does_not_remember_is_asked_of_the_database(adapter, monkeypatch):
    listed = [relation(adapter, "third", name) for name in ("one", "two")]
    monkeypatch.setattr(adapter, "list_relations_without_caching", lambda _: listed)
    assert relation_of(adapter, "a", "third", "two") == listed[1]


def test_secrets_are_those_of_the_environment_as_it_is(monkeypatch):
    assert secrets() == env_secrets()
    for name, value in (("ONE", "s1"), ("EMPTY", " "), ("TWO", "s2")):
        monkeypatch.setenv(f"DBT_ENV_SECRET_{name}", value)
    assert secrets() == env_secrets()
    assert {"s1", "s2"} <= set(secrets())
