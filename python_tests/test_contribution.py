"""Channel contribution against a plain reading of every conversion's touches."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from builds import Build, green, run_dbt
from oracles.cases import Case, assert_same, both, case_of, random_case
from oracles.credits import LEVELS, MODELS, UNATTRIBUTED, conversions, split
from oracles.data_driven import contribution as by_data
from oracles.data_driven import jackknife, models

UNIT = Decimal(1).scaleb(-12)


def _cells(case: Case, chosen: Sequence[str]) -> dict[tuple[str, ...], tuple[Any, Any]]:
    """Conversions and value of the chosen models' cells."""
    return {
        (
            row["goal_code"],
            row["level"],
            row["code"],
            row["model_code"],
            "all" if row["period_type"] == "all" else row["period_start_date"].strftime("%Y-%m"),
        ): (row["conversions"], row["value"])
        for row in case.rows("select * from marts.channel_contribution")
        if row["model_code"] in chosen
    }


@both
def test_every_cell_of_contribution_is_exact(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = {
        key: (units * UNIT, Decimal(cents) / 100)
        for key, (units, cents) in case.world.contribution.items()
    }
    assert_same(_cells(case, MODELS), wanted)


@both
def test_every_cell_of_the_data_driven_models_is_right(dataset: str, built: Build) -> None:
    """To a millionth of a conversion and to the cent; of no value every code has none. By Shapley values a
    code that nobody converted with has no row."""
    case = case_of(dataset, built)
    wanted = by_data(case.world.conversions, case.world.journeys, is_monthly=True)
    found = _cells(case, models())
    told = {
        key
        for key, (credit, _) in wanted.items()
        if credit != 0 or (key[3].startswith("markov") and not math.isnan(credit))
    }
    missing = {key for key in told if not math.isnan(wanted[key][0])} - found.keys()
    assert not missing, sorted(missing)[:5]
    assert not found.keys() - wanted.keys(), sorted(found.keys() - wanted.keys())[:5]
    most: dict[tuple[str, ...], Decimal] = {}
    for (goal, level, code, model, period), (conversions_found, _) in found.items():
        if code == UNATTRIBUTED:
            continue
        others = most.get((goal, level, model, period), conversions_found)
        most[goal, level, model, period] = max(others, conversions_found)
    for key, (conversions_found, value) in found.items():
        credit, money = wanted[key]
        # what rounding leaves of all codes goes to the one that has most before it
        greatest = most.get((key[0], key[1], key[3], key[4]), conversions_found)
        has_most = abs(greatest - conversions_found) < Decimal("0.0001")
        times = 120 if has_most else 1
        cent = 0.0051 * times
        for one, other, slack in (
            (conversions_found, credit, 1e-6 * times),
            (value, money, cent),
        ):
            told = (key, found[key], wanted[key])
            if math.isnan(other):
                # a goal without value has none to share
                assert slack == cent, told
                assert one == 0, told
            else:
                assert one is not None, told
                assert float(one) == pytest.approx(other, rel=1e-9, abs=slack), told


@pytest.mark.parametrize("model", models())
def test_intervals_leave_each_group_of_persons_out_in_turn(model: str, built: Build) -> None:
    case = case_of("sample", built)
    for goal, level in (("order", "channel"), ("registration", "campaign")):
        errors = jackknife(
            model,
            [c for c in case.world.conversions if c.goal == goal],
            [j for j in case.world.journeys if j.goal == goal],
            level,
        )
        rows = case.rows(
            "select code, share, share_low, share_high from marts.channel_contribution where period_type = 'all'"
            f" and goal_code = '{goal}' and level = '{level}' and model_code = '{model}'"
        )
        assert len(rows) > 5
        for row in rows:
            half = 1.959963984540054 * errors[row["code"]]
            assert row["share_low"] == pytest.approx(row["share"] - half, abs=1e-9), row
            assert row["share_high"] == pytest.approx(row["share"] + half, abs=1e-9), row
        assert sum(errors.values()) > 0.01


@both
def test_shares_are_of_the_period_and_add_up_to_one(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    for row in case.rows(
        "select goal_code, level, model_code, period_type, period_start_date, sum(share) as share, "
        "sum(value_share) as value_share, sum(conversions) as conversions, min(total_conversions) as total, "
        "max(total_conversions) as most, sum(value) as value, min(total_value) as total_value "
        "from marts.channel_contribution group by all"
    ):
        assert row["share"] == pytest.approx(1), row
        assert row["conversions"] == row["total"] == row["most"] == int(row["total"]), row
        assert row["value"] == row["total_value"], row
        if row["total_value"]:
            assert row["value_share"] == pytest.approx(1), row


@both
def test_conversions_and_value_are_those_of_the_orders(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    paid = [order for order in case.world.orders if order.is_paid]
    revenue = sum((order.net or Decimal(0) for order in paid), Decimal(0))
    buyers = {order.person for order in paid if order.person is not None}
    known = [order for order in paid if order.person is not None]
    wanted = {
        "order": len(paid),
        "first_order": len(buyers),
        "repeat_order": len(known) - len(buyers),
    }
    for row in case.rows(
        "select goal_code, level, model_code, sum(conversions) as conversions, sum(value) as value "
        "from marts.channel_contribution where period_type = 'all' group by all"
    ):
        if row["goal_code"] in wanted:
            assert row["conversions"] == wanted[row["goal_code"]], row
        if row["goal_code"] == "order":
            assert row["value"] == revenue, row


@pytest.mark.parametrize(
    ("total", "wanted"),
    [
        (10000, [3334, 3333, 3333]),
        (1, [1, 0, 0]),
        (-10000, [-3334, -3333, -3333]),
        (2, [1, 1, 0]),
        (0, [0, 0, 0]),
    ],
)
def test_the_oracle_splits_to_the_unit(total: int, wanted: list[int]) -> None:
    assert list(split(total, [30, 10, 20]).items()) == list(zip((10, 20, 30), wanted, strict=True))


def test_the_random_dataset_has_every_kind_of_conversion() -> None:
    world = random_case().world
    goals = Counter(conversion.goal for conversion in conversions(world.touches, world.orders))
    assert min(goals.values()) > 30
    assert set(goals) == {"order", "first_order", "repeat_order", "registration", "consultation"}
    values = [order.net for order in world.orders if order.is_paid]
    assert min(value for value in values if value is not None) < 0
    assert None in values
    codes = {key[2] for key in world.contribution}
    assert UNATTRIBUTED in codes
    assert len(codes) > 20
    assert {(key[1], key[3]) for key in world.contribution} == {
        (level, m) for level in LEVELS for m in MODELS
    }


@pytest.mark.slow
def test_the_worked_question_shows_the_models_that_there_are(tmp_path: Path) -> None:
    """Each of its columns adds up to all orders: one of a model that was not asked for would be all zeros."""
    given = {"markov_orders": [1, 3], "few_code_levels": ["campaign"]}
    wanted = [*MODELS, "markov_1", "shapley_set"]
    name = "which_channel_earns"
    command = ("compile", "--select", name, "--vars", json.dumps(given))
    build = green(run_dbt(tmp_path, command))
    sql = (build.target / "compiled/touchpoints/analyses" / f"{name}.sql").read_text("utf-8")
    assert re.findall(r"as decimal\(18, 1\)\) as (\w+)_orders", sql) == wanted
