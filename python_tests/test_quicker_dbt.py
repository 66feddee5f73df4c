"""The quicker functions give what dbt's own give; the tables of both are compared in test_determinism.py."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from dbt.adapters.events.types import SQLQuery, SQLQueryStatus
from dbt.clients.jinja import MacroGenerator, MacroStack
from dbt.compilation import InjectedCTE, inject_ctes_into_sql
from dbt.context import macro_resolver
from dbt.context.configured import ConfiguredContext
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.nodes import Macro
from dbt.events.types import CommandCompleted
from dbt_common.clients import agate_helper
from google.protobuf.json_format import ParseDict

from builds import PROJECT
from touchpoints.quicker_dbt import (
    build_namespace,
    context_of,
    make_macro_generator,
    message_of,
    now,
    put_first,
    type_tester_of,
)

ORDER = ("of_node", "of_root", "other", "dbt_engine", "dbt")
QUERIES = {
    "a CTE": "\n\nwith x as (select 1)\nselect * from x",
    "capitals": "WITH X AS (select 1) select 1",
    "no CTE": "select 'with x as' as a",
    "recursive": "with recursive x as (select 1) select * from x",
    "a comment first": "-- with y as\nwith x as (select 1) select 1",
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


@pytest.mark.parametrize("sql", QUERIES.values(), ids=QUERIES)
def test_fixtures_come_before_a_query_as_before(sql):
    ctes = [InjectedCTE("a", " a as (select 1)"), InjectedCTE("b", " b as (select 2)")]
    for chosen in ([], ctes[:1], ctes):
        assert put_first(sql, chosen) == inject_ctes_into_sql(sql, chosen)


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


def test_they_are_put_in_place():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from touchpoints.quicker_dbt import *; quicken(); quicken()\n"
            "from dbt_common.events import base_types; import dbt.compilation\n"
            "put = (base_types.ParseDict, base_types.get_json_string_utcnow, agate_helper.build_type_tester,"
            " MacroGenerator.__init__,"
            " MacroNamespaceBuilder.build_namespace, ManifestContext.to_dict,"
            " dbt.compilation.inject_ctes_into_sql)\n"
            "print(*(function.__module__ for function in put))",
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == 7 * ["touchpoints.quicker_dbt"]
