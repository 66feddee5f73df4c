"""Invented actions with a known effect, and the rows that they are measured on: four cells each, independent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

DAY = date(2025, 3, 1)
SPREAD = 0.15  # how far a person's own rate lies from the arm's, to either side
ARMS = ("treated", "control")


@dataclass(frozen=True)
class Trials:
    """The actions with what is true of them, by action_id, and the rows of all their segments."""

    truth: pd.DataFrame
    rows: pd.DataFrame


def make_trials(number: int, seed: int, fewest: int = 80, most: int = 200) -> Trials:
    """Half of the actions do nothing, the others raise or lower a share.

    Persons have a rate of their own, some answer twice or on both sides: neither rows nor cells are independent.
    """
    rng = np.random.default_rng(seed)
    index = np.arange(number)
    base = rng.uniform(0.3, 0.7, (number, 2))
    drift = rng.uniform(-0.05, 0.05, number)
    effect = np.where(index % 2 == 0, 0.0, rng.choice([-0.08, -0.04, 0.04, 0.08], number))
    truth = pd.DataFrame(
        {
            "action_id": [f"T{place:04d}" for place in index],
            "effect": effect,
            "expected": base[:, 0] + drift,
        }
    ).set_index("action_id")
    parts = []
    for arm, name in enumerate(ARMS):
        people = rng.integers(fewest, most, number)
        action = np.repeat(index, people)
        person = np.arange(len(action)) + 10_000_000 * arm
        own = rng.choice([-SPREAD, SPREAD], len(action))
        kind = rng.choice(3, len(action), p=[0.4, 0.4, 0.2])  # before, after, both
        for is_after in (False, True):
            here = np.flatnonzero(kind != (0 if is_after else 1))
            here = np.repeat(here, rng.choice([1, 2], len(here), p=[0.7, 0.3]))
            rate = base[action[here], arm] + own[here]
            if is_after:
                rate = rate + drift[action[here]] + effect[action[here]] * (arm == 0)
            offset = (
                rng.integers(0, 100, len(here)) if is_after else -rng.integers(1, 121, len(here))
            )
            parts.append(
                pd.DataFrame(
                    {
                        "action": action[here],
                        "segment_value": pd.Series(action[here]).map("T{:04d}".format) + "-" + name,
                        "unit_key": person[here],
                        "observed_date": np.datetime64(DAY) + offset,
                        "numerator": (rng.random(len(here)) < rate).astype(float),
                    }
                )
            )
    return Trials(truth, pd.concat(parts, ignore_index=True))


def write_trials(trials: Trials, database: Path) -> None:
    """What the effect models begin with, as if it had been built: actions, and rows by segment."""
    with duckdb.connect(str(database)) as connection:
        connection.register("actions", trials.truth.reset_index()[["action_id"]])
        connection.register("rows", trials.rows)
        connection.execute("create schema if not exists intermediate")
        connection.execute(
            f"""
            create table intermediate.int_effect_actions as select
                cast(row_number() over (order by action_id) as bigint) as action_key,
                action_id,
                'an invented action' as action_name,
                'csat' as metric_code,
                cast(null as varchar) as touchpoint_code,
                'region' as segment_dimension,
                action_id || '-treated' as treated_segment,
                action_id || '-control' as control_segment,
                date '{DAY}' as start_date,
                cast(null as date) as end_date,
                0 as washout_days,
                0 as outcome_days,
                true as is_share,
                true as is_touchpoint_bound,
                true as is_higher_better,
                cast(0.1 as decimal(18, 4)) as no_effect_margin,
                date '{DAY}' - 365 as before_start_date,
                date '{DAY}' as after_start_date,
                date '{DAY}' + 364 as after_end_date,
                date '{DAY}' + 364 as told_until_date,
                date '{DAY}' as mature_from_date,
                cast(null as varchar) as fault
            from actions
            """
        )
        connection.execute(
            """
            create table intermediate.int_effect_observations as select
                'csat' as metric_code,
                'region' as segment_dimension,
                segment_value,
                unit_key,
                cast(observed_date as date) as observed_date,
                cast(null as varchar) as touchpoint_code,
                numerator,
                cast(1 as double) as denominator
            from rows
            """
        )
