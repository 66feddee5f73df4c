"""Drivers of repurchase, conversion and overall satisfaction against brute force over every set of touchpoints."""

from __future__ import annotations

import math
from datetime import datetime

import numpy as np
import pytest

from builds import Build
from oracles.cases import assert_same, both, case_of, random_case
from oracles.drivers import Unit, associations, drivers, importances

SHOWN = [
    *("importance", "low", "high", "explained_share", "effect_high_minus_low"),
    *("effect_high_minus_low_from", "driver_rank", "user_count", "high_count", "low_count"),
    *("outcome_user_count", "is_suppressed"),
]


@both
def test_every_driver_is_its_shapley_share(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = {
        (outcome, code): row
        for outcome, found in case.world.driver_units.items()
        for code, row in drivers(found).items()
    }
    rows = case.rows(
        f"select outcome_code, touchpoint_code, {', '.join(SHOWN)} from marts.satisfaction_drivers"
    )
    assert_same(
        {(row.pop("outcome_code"), row.pop("touchpoint_code")): row for row in rows}, wanted
    )


@both
def test_importances_add_up_to_the_explained_share(dataset: str, built: Build) -> None:
    rows = case_of(dataset, built).rows(
        "select outcome_code, sum(importance) as total, min(adjusted_share) as explained"
        " from intermediate.int_driver_importances group by outcome_code, left_out_group"
    )
    assert len(rows) > 50
    for row in rows:
        assert math.isclose(row["total"], row["explained"], abs_tol=1e-9)


@both
def test_every_association_is_the_plain_count(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = associations(case.world)
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(
        f"select outcome_code, factor_code, {columns} from marts.satisfaction_associations"
    )
    assert_same({(row.pop("outcome_code"), row.pop("factor_code")): row for row in rows}, wanted)


def test_the_random_dataset_has_drivers_that_are_found() -> None:
    rows = random_case().rows("select * from marts.satisfaction_drivers where driver_rank = 1")
    found = {row["outcome_code"]: row for row in rows}
    assert set(found) == {"overall", "conversion", "repurchase"}
    for outcome in ("conversion", "repurchase"):
        assert found[outcome]["touchpoint_code"] == "store_visit"
        assert found[outcome]["is_influential"]
    others = random_case().rows(
        "select * from marts.satisfaction_drivers where driver_rank > 1 and is_influential"
    )
    assert len(others) <= 1


@pytest.mark.parametrize("seed", range(3))
def test_a_touchpoint_without_influence_has_next_to_no_importance(seed: int) -> None:
    """In the oracle's own mathematics: at most 3 ÷ n on average, whatever answering itself says of the outcome."""
    dice = np.random.default_rng(seed)
    codes, n, shares = ["driver", "idle", "answered"], 400, []
    for _ in range(30):
        units = []
        for person in range(n):
            states = {code: bool(dice.random() < 0.6) for code in codes if dice.random() < 0.7}
            chance = 0.3 + 0.3 * states.get("driver", 0.5) + 0.2 * ("answered" in states)
            reached = bool(dice.random() < chance)
            units.append(Unit(person, float(reached), reached, datetime(2025, 1, 1), states))
        shares.append(importances(units, codes))
    assert np.mean([share["driver"] for share in shares]) > 0.03
    assert np.mean([share["idle"] for share in shares]) <= 3 / n
    assert np.mean([share["answered"] for share in shares]) <= 3 / n
