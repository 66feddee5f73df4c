"""The public sample of paths gives the published figures: by the oracles, and by the models on landed files.

The figures are those of `oracles.mta.TABLE`; what the models give is held against the oracles, and so against every
channel rather than the five that were published.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from builds import Build, green, run_dbt
from oracles import mta
from oracles.credits import MODELS, RULES, WHOLE, shares_of
from oracles.data_driven import Paths, credit_by, markov, models
from oracles.interactions import GAP
from oracles.journeys import Step
from test_decisions import copy_of_the_project

ORDERS = (1, 2, 3, 4)


@pytest.fixture(scope="module")
def paths() -> Paths:
    """The sample's distinct paths."""
    try:
        return mta.sample()
    except mta.NotFetched as reason:
        pytest.skip(f"the wheel that carries the sample cannot be fetched: {reason}")


def _steps(path: tuple[str, ...]) -> list[Step]:
    start = datetime.fromisoformat(mta.START)
    return [
        Step(place, start + timedelta(minutes=mta.MINUTES * place), code)
        for place, code in enumerate(path)
    ]


def _by_rule(model: str, paths: Paths) -> dict[str, tuple[float, float]]:
    """Conversions and cents of every channel; cents by the exact weights, without their last rounding."""
    conversions: dict[str, int] = {}
    cents: dict[str, float] = {}
    for path, counts in paths.items():
        steps = _steps(path)
        for step, units, _ in shares_of(steps, model, 0):
            conversions[step.code] = conversions.get(step.code, 0) + units * counts.conversions
        weights = RULES[model](steps)
        for step, weight in zip(steps, weights, strict=True):
            cents[step.code] = cents.get(step.code, 0.0) + counts.cents * weight / sum(weights)
    return {code: (units / WHOLE, cents[code]) for code, units in conversions.items()}


@pytest.fixture(scope="module")
def answers(paths: Paths) -> dict[str, dict[str, tuple[float, float]]]:
    """Conversions and cents of every channel by every model."""
    return {
        **{model: _by_rule(model, paths) for model in MODELS},
        **{model: credit_by(model, paths) for model in models(ORDERS)},
    }


def test_the_sample_is_the_one_that_the_figures_are_of(paths: Paths) -> None:
    assert len(paths) == 5408
    assert sum(counts.conversions for counts in paths.values()) == mta.CONVERSIONS
    assert sum(counts.nulls for counts in paths.values()) == mta.NULLS
    assert len(mta.channels(paths)) == 12


def test_the_oracles_give_every_published_figure(answers) -> None:
    for (model, channel), (figure, decimals) in mta.published().items():
        assert abs(round(answers[model][channel][0], decimals) - figure) < 1e-9, (model, channel)


def test_every_model_hands_out_every_conversion_and_every_cent(paths: Paths, answers) -> None:
    cents = sum(counts.cents for counts in paths.values())
    for model, credit in answers.items():
        assert math.fsum(c for c, _ in credit.values()) == pytest.approx(mta.CONVERSIONS), model
        assert math.fsum(v for _, v in credit.values()) == pytest.approx(cents), model


@pytest.mark.parametrize("order", ORDERS)
def test_the_whole_chain_converts_as_often_as_journeys_do(order: int, paths: Paths) -> None:
    removal = markov(paths, order)
    assert abs(removal.probability - mta.PROBABILITY) < 1e-10
    assert removal.probability == pytest.approx(
        mta.CONVERSIONS / (mta.CONVERSIONS + mta.NULLS), rel=1e-12
    )
    cents = sum(counts.cents for counts in paths.values())
    assert removal.expected_cents == pytest.approx(cents / (mta.CONVERSIONS + mta.NULLS), rel=1e-12)


@pytest.fixture(scope="module")
def on_the_sample(paths: Paths, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The contribution of the sample's journeys, built from landed files in a copy of the project."""
    folder: Path = tmp_path_factory.mktemp("attribution")
    project = copy_of_the_project(folder / "project")
    mta.add_channels(project, mta.channels(paths))
    raw_root = mta.write_raw_root(folder / "raw", paths)
    kinds = ("--resource-type", "model", "--resource-type", "seed")
    chosen = ("-s", "+channel_contribution", "--vars", f"markov_orders: {list(ORDERS)}")
    return green(
        run_dbt(
            folder / "build",
            ("build", *kinds, *chosen),
            {"TOUCHPOINT_RAW_ROOT": str(raw_root)},
            project,
        )
    )


@pytest.mark.slow
def test_the_models_give_every_figure_from_landed_files(
    paths: Paths, answers, on_the_sample: Build
) -> None:
    """Each touch is a session of its own, each order the first of its person: both goals say the same."""
    found: dict[tuple[str, str], dict[str, tuple[float, float, float]]] = {}
    for goal, model, code, conversions, value, share in on_the_sample.rows(
        "select goal_code, model_code, code, conversions, value, share from marts.channel_contribution"
        " where level = 'channel' and period_type = 'all'"
    ):
        found.setdefault((goal, model), {})[code] = (float(conversions), float(value), share)
    assert {model for goal, model in found if goal == "order"} >= set(answers)
    total = sum(counts.cents for counts in paths.values())
    for goal in ("order", "first_order"):
        for model, credit in answers.items():
            built = found[goal, model]
            assert built.keys() == credit.keys(), (goal, model)
            # cents of one order go to whole touches: up to a cent for each order and touch, either way
            is_split = model in MODELS and model not in ("first", "last")
            # what rounding leaves goes to the channel that has most: half a cent for each channel
            slack = 5.0 if is_split else 0.07
            for code, (conversions, cents) in credit.items():
                told = (goal, model, code, built[code])
                assert built[code][0] == pytest.approx(conversions, abs=1e-5), told
                assert built[code][1] == pytest.approx(cents / 100, abs=slack), told
                assert built[code][2] == pytest.approx(conversions / mta.CONVERSIONS, abs=1e-9), (
                    told
                )
            in_cents = math.fsum(value for _, value, _ in built.values()) * 100
            assert in_cents == pytest.approx(total, abs=12), (goal, model)
    for (model, channel), (figure, decimals) in mta.published().items():
        assert round(found["order", model][channel][0], decimals) == figure, (model, channel)


def test_the_landed_files_hold_the_journeys_and_every_cent(paths: Paths, tmp_path: Path) -> None:
    few = dict(list(paths.items())[:200])
    longest = max(paths, key=len)
    few[longest] = paths[longest]
    assert timedelta(minutes=mta.MINUTES) > GAP
    root = mta.write_raw_root(tmp_path, few)
    connection = duckdb.connect()
    lists = connection.execute(
        "select member_no, list(medium order by sent_at), max(sent_at) - min(sent_at),"
        f" count(distinct sent_at) from '{root}/outreach/sends.parquet' where member_no is not null group by all"
    ).fetchall()
    assert len(lists) == sum(counts.journeys for counts in few.values())
    taken: dict[tuple[str, ...], int] = {}
    for _, codes, length, times in lists:
        taken[tuple(codes)] = taken.get(tuple(codes), 0) + 1
        assert length < timedelta(days=30)
        assert times == len(codes)
    assert taken == {path: counts.journeys for path, counts in few.items()}
    bought = connection.execute(
        f"select count(*), sum(amount) from '{root}/ecommerce/orders.parquet'"
    ).fetchall()[0]
    assert bought[0] == sum(counts.conversions for counts in few.values())
    assert round(bought[1] * 100) == sum(counts.cents for counts in few.values())
