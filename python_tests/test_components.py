"""The component macros alone, on graphs, against networkx and a plain reference of the guards.

The macros are rendered without dbt and run on a connection in memory. `make test` plays the same drawn graphs every
time; `make test-properties` plays others (TOUCHPOINT_SEQUENCES: ten times as many).
"""

from __future__ import annotations

import functools
import os
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from touchpoints.macros import load_component_macros

PROJECT = Path(__file__).resolve().parent.parent
MORE = int(os.environ.get("TOUCHPOINT_SEQUENCES", "0"))
Link = tuple[int, int]
TieredLink = tuple[int, int, int]


def drawn(examples: int) -> settings:
    """How graphs are drawn: so many, always the same; or many more, other ones every time."""
    return settings(
        max_examples=10 * MORE or examples,
        derandomize=not MORE,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


class Engine:
    """DuckDB with the project's component macros."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.macros = load_component_macros(self.connection, PROJECT)

    def load(self, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
        """A table of rows."""
        self.connection.execute(f"create or replace table {name} ({columns})")
        if rows:
            frame = pd.DataFrame(rows)
            self.connection.execute(f"insert into {name} select * from frame")
            del frame

    def components(self, name: str) -> dict[int, int]:
        """The working table (node, component) that a macro left."""
        return dict(self.connection.execute(f"select node, component from {name}").fetchall())


@functools.cache
def engine() -> Engine:
    return Engine()


def hashed(node: int) -> int:
    """Node keys as identity has them: hashed, not sequential."""
    return random.Random(node).getrandbits(62)


def partition(components: dict[int, int]) -> set[frozenset[int]]:
    """The groups, without their labels."""
    groups: dict[int, set[int]] = defaultdict(set)
    for node, component in components.items():
        groups[component].add(node)
    return {frozenset(group) for group in groups.values()}


# --------------------------------------------------------------------------- components


def chain(length: int) -> list[Link]:
    return [(place, place + 1) for place in range(length)]


GRAPHS: dict[str, list[Link]] = {
    "a chain of 1,000": chain(1000),
    "a chain of 5,000": chain(5000),
    "a star of 50,000": [(0, leaf) for leaf in range(1, 50_001)],
    "a clique of 60": [(one, other) for one in range(60) for other in range(one)],
    "a cycle of 3,000": [*chain(2999), (2999, 0)],
    "duplicates and loops": [(1, 2), (2, 1), (1, 2), (1, 1), (3, 3), (4, 5)],
    "no link": [],
    "two stars on a chain": [
        *chain(400),
        *((0, 1000 + leaf) for leaf in range(500)),
        *((400, 2000 + leaf) for leaf in range(500)),
    ],
}


SHAPES = {
    "chain": chain,
    "star": lambda size: [(0, leaf) for leaf in range(1, size + 1)],
    "cycle": lambda size: [*chain(size), (size, 0)],
    "clique": lambda size: [(one, other) for one in range(min(size, 30)) for other in range(one)],
    "pairs": lambda size: [(2 * place, 2 * place + 1) for place in range(size)],
}


@st.composite
def graphs(draw: st.DrawFn) -> list[Link]:
    """Shapes that meet in some nodes, single links between any two nodes, links to oneself, and links told twice."""
    links: list[Link] = []
    for name in draw(st.lists(st.sampled_from(sorted(SHAPES)), max_size=5)):
        start = draw(st.integers(0, 2000))
        shape = SHAPES[name](draw(st.integers(1, 40) | st.integers(1, 1500)))
        links += [(start + one, start + other) for one, other in shape]
    anywhere = st.integers(0, draw(st.sampled_from([5, 50, 3000])))
    links += draw(st.lists(st.tuples(anywhere, anywhere), max_size=60))
    return links + [(other, one) for one, other in links[:: draw(st.integers(1, 5))]]


def expect_the_components_of_networkx(links: list[Link]) -> None:
    """Fail unless the macro finds the groups of networkx, each called by its smallest node."""
    links = [(hashed(one), hashed(other)) for one, other in links]
    graph = nx.Graph((one, other) for one, other in links if one != other)
    run = engine()
    run.load("links", "node bigint, neighbour bigint", links)
    run.macros.connected_components("links", "found")
    found = run.components("found")
    groups = partition(found)
    assert groups == {frozenset(group) for group in nx.connected_components(graph)}
    assert all(found[smallest] == smallest for smallest in map(min, groups))


@pytest.mark.parametrize("name", GRAPHS)
def test_components_are_those_of_networkx(name: str) -> None:
    expect_the_components_of_networkx(GRAPHS[name])


@drawn(25)
@given(graphs())
def test_components_of_a_random_graph_are_those_of_networkx(links: list[Link]) -> None:
    expect_the_components_of_networkx(links)


def test_a_lost_link_is_told() -> None:
    """The comparison can fail: without its bridge a component falls in two."""
    run = engine()
    run.load("links", "node bigint, neighbour bigint", [(1, 2), (3, 4)])
    run.macros.connected_components("links", "found")
    whole = {frozenset(group) for group in nx.connected_components(nx.Graph(chain(3)))}
    assert partition(run.components("found")) != whole


class Counting:
    """A connection that counts the statements it is given."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.count = 0

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Run a statement."""
        self.count += 1
        return self.connection.execute(sql)


def test_rounds_grow_with_the_logarithm_of_a_chain() -> None:
    counts = []
    for length in (100, 10_000):
        counting = Counting()
        frame = pd.DataFrame([(hashed(one), hashed(other)) for one, other in chain(length)])
        counting.connection.execute(
            "create table links as select * from frame as f(node, neighbour)"
        )
        assert len(frame) == length
        macros = load_component_macros(counting, PROJECT)  # type: ignore[arg-type]
        macros.connected_components("links", "found")
        counts.append(counting.count)
    assert counts[1] < 2.5 * counts[0], counts


# --------------------------------------------------------------------------- guards


def reference(
    links: list[tuple[int, int, int]],
    limited: list[tuple[int, int, str, int]],
    apart: list[Link],
    marked: list[Link],
) -> tuple[set[frozenset[int]], set[tuple[int, frozenset[int]]]]:
    """The guards in words: join tier by tier; where a join would break a limit, leave all its parts as they were.

    The groups, and every join that was refused: its tier and its nodes.
    """
    nodes = {node for one, other, _ in links for node in (one, other)}
    groups = {node: frozenset([node]) for node in nodes}
    refused: set[tuple[int, frozenset[int]]] = set()
    for tier in sorted({tier for _, _, tier in links}):
        graph = nx.Graph()
        graph.add_edges_from(
            (groups[one], groups[other])
            for one, other, own in links
            if own == tier and groups[one] != groups[other]
        )
        for parts in nx.connected_components(graph):
            joined = frozenset().union(*parts)
            units: dict[str, set[int]] = defaultdict(set)
            limits: dict[str, int] = {}
            for node, unit, kind, limit in limited:
                if node in joined:
                    units[kind].add(unit)
                    limits[kind] = limit
            is_crowded = tier > 0 and any(len(units[kind]) > limits[kind] for kind in units)
            is_marked = any(node in joined and own == tier for node, own in marked)
            is_apart = any(one in joined and other in joined for one, other in apart)
            if is_crowded or is_marked or is_apart:
                refused.add((tier, joined))
            else:
                groups.update(dict.fromkeys(joined, joined))
    return {group for group in groups.values() if len(group) > 1}, refused


@dataclass(frozen=True)
class Evidence:
    """Links by tier, identifiers of which a person may have only so many, pairs that are to be apart, and nodes that no
    join of a tier may hold."""

    links: list[TieredLink]
    limited: list[tuple[int, int, str, int]]
    apart: list[Link]
    marked: list[Link]


@st.composite
def evidence(draw: st.DrawFn) -> Evidence:
    """Small crowds: few nodes, or some with many links, so that joins are made and refused in every tier."""
    size = draw(st.sampled_from([3, 6, 12, 25, 60]))
    node = st.integers(0, size - 1)
    tier = st.sampled_from([1, 2, 3, 0])
    links = draw(
        st.lists(st.tuples(node, node, tier), max_size=draw(st.integers(1, 3)) * size // 2)
    )
    if draw(st.booleans()):
        links += [(one, other, draw(tier)) for one, other in chain(size - 1)]
    kinds = draw(st.dictionaries(node, st.sampled_from("ab"), max_size=size))
    shared = draw(st.dictionaries(node, st.integers(0, 2), max_size=size // 4))
    apart = draw(st.lists(st.tuples(node, node).filter(lambda p: p[0] != p[1]), max_size=3))
    marked = draw(st.lists(st.tuples(node, st.sampled_from([1, 2, 3])), max_size=3, unique=True))
    limits = {"a": 1, "b": draw(st.integers(1, 3))}
    return Evidence(
        [(hashed(one), hashed(other), of_tier) for one, other, of_tier in links],
        [(hashed(n), hashed(shared.get(n, n)), kind, limits[kind]) for n, kind in kinds.items()],
        [(hashed(one), hashed(other)) for one, other in apart],
        [(hashed(n), of_tier) for n, of_tier in marked],
    )


def guarded(
    links: list[Any], limited: list[Any], apart: list[Any], marked: list[Any]
) -> tuple[Any, Any]:
    """What the macro makes of the evidence: its groups and the refused joins, by tier."""
    run = engine()
    run.load("links", "node bigint, neighbour bigint, tier integer", links)
    run.load(
        "limited",
        "node bigint, unit_key bigint, identifier_type varchar, per_person_limit integer",
        limited,
    )
    run.load("apart", "one_key bigint, other_key bigint", apart)
    run.load("marked", "node bigint, tier integer", marked)
    run.macros.guarded_components("links", "limited", "apart", "marked", "people")
    groups = {group for group in partition(run.components("people")) if len(group) > 1}
    refused: dict[tuple[int, int], set[int]] = defaultdict(set)
    query = "select tier, component, node from people_refused"
    for tier, component, node in run.connection.execute(query).fetchall():
        assert node not in refused[tier, component]
        refused[tier, component].add(node)
    assert all(component == min(nodes) for (_, component), nodes in refused.items())
    return groups, {(tier, frozenset(nodes)) for (tier, _), nodes in refused.items()}


def test_a_node_of_two_refused_joins_is_told_with_both() -> None:
    """Members 1, 2 and 3: tier 2 would join 1 and 2 by way of 10, tier 3 joins 1 and 3 by way of 11."""
    links = [(1, 10, 2), (10, 2, 2), (1, 11, 3), (11, 3, 3)]
    members = [(member, member, "member_no", 1) for member in (1, 2, 3)]
    groups, refused = guarded(links, members, [], [])
    assert groups == set()
    assert refused == {(2, frozenset({1, 2, 10})), (3, frozenset({1, 3, 11}))}


@drawn(40)
@given(evidence(), st.randoms(use_true_random=False))
def test_guards_of_random_evidence_are_those_of_the_reference_in_any_order_of_links(
    of: Evidence, dice: random.Random
) -> None:
    expected = reference(of.links, of.limited, of.apart, of.marked)
    assert guarded(of.links, of.limited, of.apart, of.marked) == expected
    shuffled = [(other, one, tier) for one, other, tier in of.links]
    dice.shuffle(shuffled)
    assert guarded(shuffled, of.limited, of.apart, of.marked) == expected


@functools.cache
def hundred() -> list[Evidence]:
    """A hundred that are drawn in the same way."""
    found: list[Evidence] = []

    @settings(drawn(1), max_examples=100, derandomize=True)
    @given(evidence())
    def collect(of: Evidence) -> None:
        found.append(of)

    collect()
    return found


def test_the_random_evidence_leans_on_every_guard() -> None:
    answers = [reference(of.links, of.limited, of.apart, of.marked) for of in hundred()]
    assert sum(bool(refused) for _, refused in answers) > 30
    assert sum(bool(groups) for groups, _ in answers) > 50
    assert sum(bool(groups) and bool(refused) for groups, refused in answers) > 20


@pytest.mark.parametrize("dropped", ["limited", "apart", "marked", "tiers"])
def test_a_reference_without_a_guard_would_be_told_apart(dropped: str) -> None:
    """The comparison can fail: without one of the guards the answer is another for many of the hundred."""
    different = 0
    for of in hundred():
        links = [(one, other, 1) for one, other, _ in of.links] if dropped == "tiers" else of.links
        limited = [] if dropped == "limited" else of.limited
        apart = [] if dropped == "apart" else of.apart
        marked = [] if dropped == "marked" else of.marked
        expected = reference(of.links, of.limited, of.apart, of.marked)
        different += reference(links, limited, apart, marked) != expected
    assert different > 8
