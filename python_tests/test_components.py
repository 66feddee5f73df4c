"""The component macros alone, on graphs, against networkx and a plain reference of the guards.

The macros are rendered without dbt and run on a connection in memory.
"""

from __future__ import annotations

import functools
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import pandas as pd
import pytest

from touchpoints.macros import load_component_macros

PROJECT = Path(__file__).resolve().parent.parent
Link = tuple[int, int]


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


def random_graph(seed: int) -> list[Link]:
    """Sparse around the point where a giant component appears."""
    dice = random.Random(seed)
    nodes = dice.choice([10, 100, 2000])
    links = int(nodes * dice.choice([0.3, 0.5, 0.8, 2]))
    return [(dice.randrange(nodes), dice.randrange(nodes)) for _ in range(links)]


@pytest.mark.parametrize("name", [*GRAPHS, *(f"random {seed}" for seed in range(12))])
def test_components_are_those_of_networkx(name: str) -> None:
    links = GRAPHS[name] if name in GRAPHS else random_graph(int(name.split()[1]))
    links = [(hashed(one), hashed(other)) for one, other in links]
    graph = nx.Graph((one, other) for one, other in links if one != other)
    run = engine()
    run.load("links", "node bigint, neighbour bigint", links)
    run.macros.connected_components("links", "found")
    found = run.components("found")
    assert partition(found) == {frozenset(group) for group in nx.connected_components(graph)}
    assert all(
        component == min(group) for group in partition(found) for component in {found[min(group)]}
    )


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
) -> tuple[set[frozenset[int]], set[int]]:
    """The guards in words: join tier by tier; where a join would break a limit, leave all its parts as they were."""
    nodes = {node for one, other, _ in links for node in (one, other)}
    groups = {node: frozenset([node]) for node in nodes}
    refused: set[int] = set()
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
            if is_crowded or any(one in joined and other in joined for one, other in apart):
                refused |= joined
            else:
                groups.update(dict.fromkeys(joined, joined))
    return {group for group in groups.values() if len(group) > 1}, refused


def random_evidence(seed: int) -> tuple[list[Any], list[Any], list[Any]]:
    """Small crowds with links of several tiers, limited types, decisions."""
    dice = random.Random(seed)
    nodes = [hashed(seed * 10_000 + number) for number in range(dice.choice([6, 20, 60]))]
    links = []
    for _ in range(int(len(nodes) * dice.choice([0.5, 0.9, 1.4]))):
        one, other = dice.sample(nodes, 2)
        links.append((one, other, dice.choice([0, 1, 1, 2, 2, 3])))
    unit = {node: dice.choice(nodes[:3]) if dice.random() < 0.1 else node for node in nodes}
    limited = [
        (node, unit[node], kind, {"a": 1, "b": 2}[kind])
        for node in nodes
        if dice.random() < 0.5
        for kind in [dice.choice("ab")]
    ]
    apart = [tuple(dice.sample(nodes, 2)) for _ in range(dice.choice([0, 0, 1, 3]))]
    return links, limited, apart


def guarded(links: list[Any], limited: list[Any], apart: list[Any]) -> tuple[Any, set[int]]:
    """What the macro makes of the evidence: its groups and the nodes of refused joins."""
    run = engine()
    run.load("links", "node bigint, neighbour bigint, tier integer", links)
    run.load(
        "limited",
        "node bigint, unit_key bigint, identifier_type varchar, per_person_limit integer",
        limited,
    )
    run.load("apart", "one_key bigint, other_key bigint", apart)
    run.macros.guarded_components("links", "limited", "apart", "people")
    groups = {group for group in partition(run.components("people")) if len(group) > 1}
    return groups, set(run.components("people_refused"))


@pytest.mark.parametrize("seed", range(50))
def test_guards_are_those_of_the_reference_in_any_order_of_links(seed: int) -> None:
    links, limited, apart = random_evidence(seed)
    expected = reference(links, limited, apart)
    assert guarded(links, limited, apart) == expected
    shuffled = [(other, one, tier) for one, other, tier in links]
    random.Random(seed).shuffle(shuffled)
    assert guarded(shuffled, limited, apart) == expected


def test_the_random_evidence_leans_on_every_guard() -> None:
    refusals = joins = 0
    for seed in range(50):
        groups, refused = reference(*random_evidence(seed))
        refusals += bool(refused)
        joins += bool(groups)
    assert refusals > 12
    assert joins > 30


def test_a_reference_without_limits_would_be_told_apart() -> None:
    """The comparison can fail: dropping the limits changes the answer for many of the seeds."""
    different = sum(
        reference(links, [], apart) != reference(links, limited, apart)
        for links, limited, apart in map(random_evidence, range(50))
    )
    assert different > 8
