"""The two datasets that the oracles are held against: the committed sample and a random raw root, each built once."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from builds import Build, green, once, run_dbt
from oracles.definitions import PROJECT
from oracles.random_root import random_root
from oracles.world import World

SAMPLE = PROJECT / "demo" / "raw" / "retail"
RELATIONS_ONLY = ("build", "--resource-type", "model", "--resource-type", "seed")

both = pytest.mark.parametrize("dataset", ["sample", "random"])


@dataclass(frozen=True)
class Case:
    """What was built from a dataset, and what the oracles say of it."""

    build: Build
    world: World

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query by column."""
        with self.build.connect() as connection:
            result = connection.execute(sql)
            names = [column[0] for column in result.description or []]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def secret_of(build: Build) -> str:
    """The key of a build's vault."""
    return str(build.one("select identity_key from vault.identity_key"))


@functools.cache
def sample_case(build: Build) -> Case:
    """The committed sample."""
    return Case(build, World(SAMPLE, secret_of(build)))


@functools.cache
def random_case() -> Case:
    """The random raw root, built without its data tests: the oracles stand in for them."""
    build = random_build()
    return Case(build, World(build.folder / "raw", secret_of(build)))


def random_build() -> Build:
    """What was built from the random raw root, which lies beside it."""
    return Build(once("random", build_random), 0, "")


def build_random(folder: Path) -> Build:
    """Make the random raw root under a folder, and build it there."""
    raw_root = random_root(folder / "raw")
    return green(run_dbt(folder, RELATIONS_ONLY, {"TOUCHPOINT_RAW_ROOT": str(raw_root)}))


def case_of(dataset: str, built: Build) -> Case:
    """The case by its name; `built` is the shared build of the sample."""
    return sample_case(built) if dataset == "sample" else random_case()


def differences(found: dict[Any, Any], expected: dict[Any, Any], most: int = 8) -> str:
    """What differs between two mappings, in words; doubles may differ by 1e-9 of their size. Empty: nothing."""
    told = []
    for key in sorted(found.keys() | expected.keys(), key=repr):
        one, other = found.get(key, "nothing"), expected.get(key, "nothing")
        if not _same(one, other):
            if isinstance(one, dict) and isinstance(other, dict):
                unlike = [name for name in other if not _same(one.get(name), other[name])]
                one, other = ({name: row.get(name) for name in unlike} for row in (one, other))
            told.append(f"{key}: built {one}, expected {other}")
    more = [f"… {len(told)} in all"] if len(told) > most else []
    return "\n".join([*told[:most], *more])


def assert_same(found: dict[Any, Any], expected: dict[Any, Any]) -> None:
    """Fail, and say where, unless two mappings are equal."""
    told = differences(found, expected)
    if told:
        pytest.fail(told, pytrace=False)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one), abs(other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)


def partition(pairs: Iterable[tuple[Any, Any]]) -> set[frozenset[Any]]:
    """The groups that (member, label) pairs make, without their labels."""
    groups: dict[Any, set[Any]] = {}
    for member, label in pairs:
        groups.setdefault(label, set()).add(member)
    return {frozenset(group) for group in groups.values()}
