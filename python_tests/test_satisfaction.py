"""Satisfaction against a plain reading of every answer, review, rating and waiting time."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import pytest
import yaml

from builds import PROJECT, Build
from oracles import texts
from oracles.cases import assert_same, both, case_of, random_case
from oracles.definitions import seed
from oracles.landing import as_id, business_date
from oracles.satisfaction import judge, last_in_quarter, periods_of
from test_texts import masked_texts


@both
def test_every_score_is_the_plain_reading(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = {
        as_id(score.record.key): {
            "user_id": as_id(score.person),
            "score_type": score.kind,
            "touchpoint_code": score.code,
            "channel_code": score.channel,
            "region": score.region,
            "answered_at": score.at,
            "score_scaled": None if score.scaled is None else float(score.scaled),
            "is_satisfied": score.is_satisfied,
            "nps_group": score.nps_group,
        }
        for score in case.world.scores
    }
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select score_id, {columns} from marts.fct_satisfaction_scores")
    assert len(rows) == len(wanted)
    assert_same({row.pop("score_id"): row for row in rows}, wanted)


@both
def test_every_score_outside_its_scale_is_told(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    defaults = {
        row["score_type"]: (Decimal(str(row["scale_min"])), Decimal(str(row["scale_max"])))
        for row in seed("satisfaction_scales")
        if row["is_default"] == "true"
    }
    given: dict[tuple[Any, ...], list[Decimal]] = defaultdict(list)
    outside: dict[tuple[Any, ...], list[Decimal]] = defaultdict(list)
    for score in case.world.scores:
        record, (low, high) = score.record, defaults[score.kind]
        low = low if record["scale_min"] is None else record["scale_min"]
        high = high if record["scale_max"] is None else record["scale_max"]
        value = record["rating"] if record["score"] is None else record["score"]
        place = (score.kind, score.code, score.channel, low, high)
        given[place].append(value)
        if not low <= value <= high or low == high:
            outside[place].append(value)
    assert (dataset == "random") == bool(outside)
    wanted = {
        place: {
            "score_count": len(given[place]),
            "off_scale_count": len(values),
            "lowest_off_scale": min(values),
            "highest_off_scale": max(values),
        }
        for place, values in outside.items()
    }
    keys = ("score_type", "touchpoint_code", "channel_code", "scale_min", "scale_max")
    rows = case.rows("select * from marts.off_scale_scores")
    assert_same({tuple(row.pop(key) for key in keys): row for row in rows}, wanted)


@both
def test_one_answer_per_person_and_quarter_is_told_apart(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    kept = last_in_quarter(case.world.scores)
    wanted = {as_id(s.record.key): s.record.key in kept for s in case.world.scores}
    rows = case.rows("select score_id, is_last_in_quarter from marts.fct_satisfaction_scores")
    assert_same({row["score_id"]: row["is_last_in_quarter"] for row in rows}, wanted)


@both
def test_every_feedback_rate_is_the_plain_count(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = case.world.feedback_rates
    columns = ", ".join(next(iter(wanted.values())))
    keys = ("touchpoint_code", "channel_code", "region", "period_type", "period_start_date")
    rows = case.rows(f"select {', '.join(keys)}, {columns} from marts.feedback_rates")
    assert_same({tuple(row.pop(key) for key in keys): row for row in rows}, wanted)


@both
def test_every_cell_of_satisfaction_is_the_plain_count(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    masked = masked_texts(case)
    # a text of which masking leaves no letter says nothing
    written = {
        (text.code, text.channel, text.region or "(unknown)", *period)
        for text in case.world.texts
        if texts.spelt(masked[text.key])
        for period in periods_of(business_date(text.at))
    }
    counts = ("response_count", "request_count", "complaint_count", "complaint_cohort_count")
    wanted = {
        cell: row
        for cell, row in case.world.satisfaction.items()
        if cell in written or any(row[count] for count in counts)
    }
    cell_count = len(wanted)
    columns = ", ".join(next(iter(wanted.values())))
    keys = ("touchpoint_code", "channel_code", "region", "period_type", "period_start_date")
    rows = case.rows(
        f"select {', '.join(keys)}, {columns}, text_count from marts.touchpoint_satisfaction"
    )
    # texts are counted in test_texts.py; too few of them withhold the mean sentiment
    found = {
        tuple(row.pop(key) for key in keys): row
        for row in rows
        if not 0 < row.pop("text_count") < 30 or not row.pop("is_suppressed")
    }
    wanted = {cell: dict(row) for cell, row in wanted.items() if cell in found}
    for cell, row in found.items():
        if "is_suppressed" not in row:
            wanted[cell].pop("is_suppressed")
    assert len(rows) == cell_count
    assert_same(found, wanted)


@pytest.mark.parametrize(
    ("kind", "score", "low", "high", "wanted"),
    [
        ("csat", 4, None, None, (Fraction(3, 4), True, None)),
        ("csat", 3, None, None, (Fraction(1, 2), False, None)),
        ("csat", 6, None, None, (None, None, None)),
        ("csat", 7, 1, 9, (Fraction(3, 4), True, None)),
        ("csat", 6, 1, 9, (Fraction(5, 8), False, None)),
        ("csat", 9, None, 9, (Fraction(1), True, None)),
        ("nps", 9, None, None, (Fraction(9, 10), True, "promoter")),
        ("nps", 8, None, None, (Fraction(4, 5), False, "passive")),
        ("nps", 7, None, None, (Fraction(7, 10), False, "passive")),
        ("nps", 6, None, None, (Fraction(3, 5), False, "detractor")),
        ("nps", 6, 1, 10, (Fraction(5, 9), False, "detractor")),
        ("ces", 5, None, None, (Fraction(2, 3), True, None)),
    ],
)
def test_the_oracle_judges_hand_made_scores(
    kind: str, score: int, low: int | None, high: int | None, wanted: tuple[object, ...]
) -> None:
    ends = (None if low is None else Fraction(low), None if high is None else Fraction(high))
    assert judge(kind, Fraction(score), *ends) == wanted


def test_the_random_dataset_has_scores_of_every_kind() -> None:
    world = random_case().world
    kinds = Counter(score.kind for score in world.scores)
    assert set(kinds) == {"csat", "nps", "ces", "review"}
    assert min(kinds.values()) > 100
    groups = Counter(score.nps_group for score in world.scores if score.kind == "nps")
    assert set(groups) == {"promoter", "passive", "detractor", None}
    shown = [row for row in world.satisfaction.values() if row["nps"] is not None]
    assert shown
    assert any(
        row["median_first_response_seconds"] is not None for row in world.satisfaction.values()
    )
    assert any(
        row["request_count"] and row["median_first_response_seconds"] is None
        for row in world.satisfaction.values()
    )


def test_the_semantic_layer_counts_valid_answers_on_one_scale() -> None:
    """What lies outside its scale is no answer, and CES is on 1 to 7, as in touchpoint_satisfaction."""
    path = PROJECT / "models" / "semantic" / "_semantic__models.yml"
    models = yaml.safe_load(path.read_text(encoding="utf-8"))["semantic_models"]
    (scores,) = (model for model in models if model["name"] == "satisfaction_scores")
    sums = {measure["name"]: f"sum({measure['expr']})" for measure in scores["measures"]}
    with duckdb.connect() as connection:
        connection.execute(
            "create table scores as select * from (values"
            " ('csat', 4, 0.75, true, null), ('csat', 9, null, null, null),"
            " ('nps', 10, 1, true, 'promoter'), ('nps', 3, 0.3, false, 'detractor'),"
            " ('nps', 11, null, null, null), ('review', 5, 1, true, null),"
            " ('ces', 5, 1, true, null), ('ces', 1, 0, false, null), ('ces', 9, null, null, null)"
            ") as rows (score_type, score, score_scaled, is_satisfied, nps_group)"
        )
        told = connection.execute(f"select {', '.join(sums.values())} from scores").fetchone()
    assert dict(zip(sums, told or (), strict=True)) == {
        "csat_answer_count": 1,
        "csat_satisfied_count": 1,
        "nps_answer_count": 2,
        "nps_promoter_count": 1,
        "nps_detractor_count": 1,
        "ces_answer_count": 2,
        "ces_score_sum": 8,
    }
