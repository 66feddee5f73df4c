"""Effects of actions: the intervals hold what is true, and every figure is what a plain reading gives."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from builds import Build, green, run_dbt
from oracles.cases import Case, assert_same, both, case_of
from oracles.definitions import seed as effect_rows
from oracles.effects import CELLS, Z, lifts
from oracles.trials import Trials, make_trials, write_trials

TRIALS = 1000


def effect_metrics() -> list[dict[str, str | None]]:
    """The metrics that actions can move."""
    return effect_rows("effect_metrics")


@pytest.fixture(scope="module")
def trials() -> Trials:
    """Invented actions, half of them without effect."""
    return make_trials(TRIALS, seed=20250301)


@pytest.fixture(scope="module")
def judged(trials: Trials, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """What the effect models say of each, beside what is true."""
    folder = tmp_path_factory.mktemp("trials")
    write_trials(trials, folder / "touchpoints.duckdb")
    wanted = ("--quiet", "run", "-s", "int_effect_units+", "int_effect_splits+")
    build = green(run_dbt(folder, wanted))
    with build.connect() as connection:
        found = connection.execute("select * from marts.action_effects").df()
    found = found.set_index("action_id").join(trials.truth)
    assert len(found) == TRIALS
    assert (found["is_measurable"] & ~found["is_suppressed"]).all()
    return found


def test_intervals_hold_the_truth_as_often_as_they_say(judged: pd.DataFrame) -> None:
    """Of 1,000 independent actions 93 to 97 %, absolute and relative."""
    holds = judged["effect"].between(judged["low"], judged["high"]).mean()
    relative = judged["effect"] / judged["expected"]
    holds_relative = relative.between(
        judged["effect_relative_low"], judged["effect_relative_high"]
    ).mean()
    print(f"absolute {holds:.3f}, relative {holds_relative:.3f}")
    assert 0.93 <= holds <= 0.97
    assert 0.93 <= holds_relative <= 0.97


def test_actions_without_effect_are_seldom_called_better_or_worse(judged: pd.DataFrame) -> None:
    """And those with one are called the other way by accident only."""
    nothing = judged[judged["effect"] == 0]
    called = nothing["verdict"].isin(["improved", "worsened"]).mean()
    print(f"null cells called {called:.3f}")
    assert called <= 0.07
    wrong = judged["verdict"].eq("improved") & (judged["effect"] < 0)
    wrong |= judged["verdict"].eq("worsened") & (judged["effect"] > 0)
    assert wrong.mean() < 0.015


def test_placebos_and_pre_trends_are_silent_where_nothing_was_done(judged: pd.DataFrame) -> None:
    """Nothing happens before these actions: one in twenty."""
    hits = (judged["placebo_share"] * judged["placebo_count"]).sum() / judged["placebo_count"].sum()
    trends = judged["has_pre_trend"].astype(float).mean()
    print(f"placebos {hits:.3f}, pre-trends {trends:.3f}")
    assert 0.03 <= hits <= 0.07
    assert 0.03 <= trends <= 0.07


def test_the_people_needed_are_enough(judged: pd.DataFrame) -> None:
    """The standard error shrinks with the root of the people: with as many as are needed, four of five are found."""
    error = (judged["high"] - judged["low"]) / 2 / 1.97
    people = judged[[name for name in judged if name.endswith("_user_count")]].sum(axis=1)
    # some persons stand in two cells
    assert (people >= judged["people_needed"] * 0).all()
    found = judged["no_effect_margin"] / error * np.sqrt(judged["people_needed"] / people)
    assert found.between(2.3, 3.0).all()


def told_by_mart(case: Case) -> dict[Any, dict[str, Any]]:
    """The mart's rows by action and metric, under the oracle's names."""
    found = {}
    for row in case.rows("select * from marts.action_effects"):
        told = {
            name: row[name]
            for cell in CELLS
            for name in (f"{cell}_numerator", f"{cell}_denominator", f"{cell}_user_count")
        }
        told |= {name: row[name] for name in ("verdict", "reason_code", "placebo_count")}
        told |= {
            "change": row["treated_change"],
            "change_low": row["treated_change_low"],
            "change_high": row["treated_change_high"],
            "effect": row["effect_absolute"],
            "low": row["low"],
            "high": row["high"],
            "relative": row["effect_relative"],
            "relative_low": row["effect_relative_low"],
            "relative_high": row["effect_relative_high"],
            "placebo_share": row["placebo_share"],
            "largest_placebo": row["largest_placebo"],
            "people_needed": row["people_needed"],
            "pre_trend": row["pre_trend_per_30_days"],
            "pre_trend_p": row["pre_trend_p"],
        }
        found[row["action_id"], row["metric_code"]] = told
    return found


def told_by_hand(case: Case) -> dict[Any, dict[str, Any]]:
    """The same of the oracle."""
    margins = {row["metric_code"]: float(str(row["no_effect_margin"])) for row in effect_metrics()}
    found = {}
    for key, told in case.world.action_effects.items():
        one, change = told.get("estimate") or {}, told.get("change") or (None, None, None)
        row = {
            name: told.get(name)
            for cell in CELLS
            for name in (f"{cell}_numerator", f"{cell}_denominator", f"{cell}_user_count")
        }
        row |= {
            name: told.get(name)
            for name in ("verdict", "reason_code", "pre_trend", "pre_trend_p", "placebo_share")
        }
        row |= {
            "placebo_count": told.get("placebo_count", 0),
            "largest_placebo": told.get("largest_placebo"),
            "change": change[0],
            "change_low": change[1],
            "change_high": change[2],
            "people_needed": None,
        }
        row |= {
            name: one.get(name)
            for name in ("effect", "low", "high", "relative", "relative_low", "relative_high")
        }
        if one:
            ratio = (Z + 0.841621233572914) * one["error"] / margins[key[1]]
            row["people_needed"] = math.ceil(told["people"] * ratio**2 - 1e-9)
        found[key] = row
    return found


def close(found: dict[Any, dict[str, Any]], wanted: dict[Any, dict[str, Any]]) -> None:
    """Equal, p values to what their approximation is worth."""
    for key in found.keys() & wanted.keys():
        one, other = found[key]["pre_trend_p"], wanted[key]["pre_trend_p"]
        if one is not None and other is not None and abs(one - other) < 3e-7:
            found[key]["pre_trend_p"] = other
    assert_same(found, wanted)


@both
def test_every_action_has_the_effect_that_a_plain_reading_gives(dataset: str, built: Build) -> None:
    """Cells, effects, intervals, verdicts, pre-trends and placebos; rows that cannot be measured with their reason."""
    case = case_of(dataset, built)
    found = told_by_mart(case)
    close(found, told_by_hand(case))
    if dataset == "random":
        assert len({row["reason_code"] for row in found.values()}) > 10
        told = {row["verdict"] for row in found.values()}
        assert {None, "immature", "before/after only", "inconclusive"} <= told
        assert sum(row["effect"] is not None for row in found.values()) > 2
        assert sum(row["placebo_count"] > 0 for row in found.values()) > 3


@both
def test_every_lift_is_what_persons_held_out_say(dataset: str, built: Build) -> None:
    """By the first send of each person, in each medium, campaign and all of them."""
    case = case_of(dataset, built)
    names = {
        "goal": "goal_code",
        "n": "treated_user_count",
        "yes": "treated_converted_count",
        "m": "holdout_user_count",
        "held": "holdout_converted_count",
        "lift": "lift",
        "low": "lift_low",
        "high": "lift_high",
        "verdict": "verdict",
        "people_needed": "people_needed",
    }
    found = {
        (row["medium"], row["campaign"]): {name: row[column] for name, column in names.items()}
        for row in case.rows("select * from marts.outreach_lift")
    }
    assert_same(found, lifts(case.world))
    assert any(row["held"] for row in found.values())
    if dataset == "random":
        assert {"order", "repeat_order", None} <= {row["goal"] for row in found.values()}
