"""Funnels against a plain walk over each person's interactions."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from builds import Build
from oracles.cases import assert_same, both, case_of, random_case
from oracles.funnels import Step, steps_of, walk, wilson

NOON = datetime(2025, 3, 1, 12, 0)
STEPS: list[Step] = [
    (1, "one", frozenset({"a"}), False),
    (2, "two", frozenset({"b"}), True),
    (3, "three", frozenset({"c"}), False),
]


@both
def test_every_cell_of_every_funnel_is_the_plain_walks(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    keys = ("funnel_code", "breakdown", "breakdown_value", "step_number")
    wanted = {tuple(row[key] for key in keys): row for row in case.world.funnel_rows}
    columns = ", ".join(case.world.funnel_rows[0])
    rows = case.rows(f"select {columns} from marts.funnel_steps")
    assert_same({tuple(row[key] for key in keys): row for row in rows}, wanted)


def test_the_random_dataset_shows_and_withholds_rates() -> None:
    rows = random_case().world.funnel_rows
    assert sum(row["conversion_from_previous"] is not None for row in rows) > 20
    assert sum(bool(row["is_suppressed"]) for row in rows) > 20
    assert any(row["user_count"] == 0 for row in rows)


@pytest.mark.parametrize(
    ("story", "reached"),
    [
        ("a0 c1", {1: 0, 3: 1}),
        ("a0 b1 c2", {1: 0, 2: 1, 3: 2}),
        ("a0 c1 b2", {1: 0, 3: 1}),
        ("c0 a1", {1: 1}),
        ("c0 a0", {1: 0, 3: 0}),
        ("a0 c24", {1: 0, 3: 24}),
        ("a0 c25", {1: 0}),
        ("b0 c0", {}),
        ("a0 a5 c25", {1: 0}),
    ],
)
def test_the_oracle_walks_hand_made_stories(story: str, reached: dict[int, int]) -> None:
    events = [
        (NOON + timedelta(hours=int(word[1:])), number, word[0])
        for number, word in enumerate(story.split())
    ]
    found = walk(events, STEPS, timedelta(hours=24))
    assert found == {step: NOON + timedelta(hours=hours) for step, hours in reached.items()}


@pytest.mark.parametrize(("successes", "trials"), [(0, 30), (7, 31), (30, 30), (1, 100000)])
def test_the_oracles_interval_is_scipys(successes: int, trials: int) -> None:
    from scipy.stats import binomtest

    interval = binomtest(successes, trials).proportion_ci(method="wilson")
    assert wilson(successes, trials) == pytest.approx((interval.low, interval.high), abs=1e-12)


def test_the_funnels_of_the_seeds_begin_with_a_required_step() -> None:
    for funnel in ("order", "search", "consultation", "registration", "after_sales", "store_visit"):
        assert not steps_of(funnel)[0][3], funnel
