"""Satisfaction by place in a journey against a plain search for each answer's journey, touch and what came before."""

from __future__ import annotations

from typing import Any

from builds import Build
from oracles.cases import assert_same, both, case_of, random_case
from oracles.journey_scores import places, rows
from test_journey_marts import id_of_path

KEYS = (
    *("goal_code", "level", "breakdown", "step_number", "preceding_code"),
    *("is_preceding_unanswered", "code", "path_id"),
)


@both
def test_every_place_of_a_journey_has_its_answers(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted: dict[Any, dict[str, object]] = {
        (*place[:-1], None if place[-1] is None else id_of_path(list(place[-1]))): row
        for place, row in rows(case.world).items()
    }
    columns = ", ".join(next(iter(wanted.values())))
    found = case.rows(f"select {', '.join(KEYS)}, {columns} from marts.journey_satisfaction")
    assert len(found) == len(wanted)
    got = {tuple(row.pop(key) for key in KEYS): row for row in found}
    assert got.keys() == wanted.keys()
    for row in (*got.values(), *wanted.values()):
        # the mean is that of nine decimals
        row["mean_score"] = row["mean_score"] and round(float(str(row["mean_score"])), 7)
    assert_same(got, wanted)


def test_the_random_dataset_has_answers_after_unanswered_contacts() -> None:
    found = places(random_case().world)
    assert {place[5] for place in found} == {True, False, None}
    assert {place[3] for place in found} >= {None, 1, 2, 3}
