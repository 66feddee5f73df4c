"""The scorecard, its priorities and the answers of the home page against plain loops."""

from __future__ import annotations

from decimal import Decimal

import pytest

from builds import Build
from oracles import scorecard
from oracles.cases import assert_same, both, case_of

KEYS = ("touchpoint_code", "period_type", "period_start_date")


@both
def test_every_figure_of_the_scorecard_is_the_plain_count(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = scorecard.with_changes(scorecard.figures(case.world))
    for row in wanted.values():
        row["contribution_conversions"] = row.pop("contribution_units") * Decimal(1).scaleb(-12)
        row["contribution_value"] = Decimal(row.pop("contribution_cents")) / 100
    rows = case.rows("select * from marts.touchpoint_scorecard")
    # touchpoints with nothing but texts are counted in test_texts.py
    found = {tuple(row[key] for key in KEYS): row for row in rows}
    names = next(iter(wanted.values()))
    assert {
        place for place in found.keys() - wanted.keys() if not found[place]["text_count"]
    } == set()
    assert_same(
        {
            place: {name: found[place][name] for name in names}
            for place in found.keys() & wanted.keys()
        },
        wanted,
    )
    assert sum(row["conversion_rate_change"] is not None for row in wanted.values()) > 10


@both
def test_a_touchpoints_credit_is_that_of_the_channel_contribution(
    dataset: str, built: Build
) -> None:
    case = case_of(dataset, built)
    either = "period_type, period_start_date"
    found = case.rows(
        f"select touchpoint_code as code, {either}, contribution_conversions, contribution_value"
        " from marts.touchpoint_scorecard where period_type <> 'week' and contribution_conversions > 0"
    )
    wanted = case.rows(
        f"select code, {either}, conversions, value from marts.channel_contribution"
        " where goal_code = 'order' and level = 'touchpoint' and model_code = 'position_based'"
        " and code <> '(unattributed)'"
    )
    assert {tuple(row.values()) for row in found} == {tuple(row.values()) for row in wanted}
    assert len(found) > 20


@both
def test_complaint_rates_of_a_touchpoint_add_its_regions_up(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    cells = "period_type <> 'day'"
    wanted: dict[tuple[object, ...], int] = {}
    for row in case.rows(f"select * from marts.touchpoint_satisfaction where {cells}"):
        place = tuple(row[key] for key in KEYS)
        wanted[place] = wanted.get(place, 0) + row["complaint_cohort_count"]
    found = case.rows("select * from marts.touchpoint_scorecard")
    told = {tuple(row[key] for key in KEYS): row["complaint_cohort_count"] for row in found}
    # a period in which a touchpoint shows nothing but complaints about its orders has no row in the scorecard
    assert all(count == wanted.get(place, 0) for place, count in told.items())
    assert all(wanted[place] for place in wanted.keys() - told.keys())
    whole = {place: count for place, count in wanted.items() if place[1] == "all"}
    assert {place: told[place] for place in whole} == whole
    assert sum(whole.values()) > 0
    for row in found:
        if row["complaint_rate"] is not None:
            rate = row["complaint_cohort_count"] / row["complaint_order_count"]
            assert row["complaint_rate"] == pytest.approx(rate)


@both
def test_priority_is_the_documented_sum(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    cards = case.rows("select * from marts.touchpoint_scorecard")
    wanted = scorecard.priorities(cards)
    rows = case.rows("select * from marts.touchpoint_priorities")
    found = {(row["business_goal_code"], *(row[key] for key in KEYS)): row for row in rows}
    assert found.keys() == wanted.keys()
    assert all(
        row["priority_score"] == pytest.approx(wanted[key], abs=1e-8) for key, row in found.items()
    )
    shown = {tuple(row[key] for key in KEYS): row["priority_rank"] for row in cards}
    for (goal, *place), row in found.items():
        if goal == "balanced":
            assert shown[tuple(place)] == row["priority_rank"]
    ranks: dict[tuple[object, ...], list[tuple[int, float]]] = {}
    for (goal, _, *period), row in found.items():
        ranks.setdefault((goal, *period), []).append((row["priority_rank"], row["priority_score"]))
    for group in ranks.values():
        group.sort()
        assert [rank for rank, _ in group] == list(range(1, len(group) + 1))
        assert [score for _, score in group] == sorted((s for _, s in group), reverse=True)


@both
def test_the_home_page_is_answered_by_the_largest_share(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = scorecard.candidates(case.world)
    rows = case.rows("select * from marts.home_answers")
    found = {
        (row["question_code"], row["period_type"], row["period_start_date"]): row for row in rows
    }
    assert found.keys() == wanted.keys()
    for key, row in found.items():
        told = scorecard.chosen(key[0], wanted[key])
        assert row["answer_code"] == (told[0] if told else None), key
        assert row["runner_up_code"] == (told[1] if len(told) > 1 else None), key
        if told:
            numbers = wanted[key][told[0]]
            assert (row["numerator"], row["denominator"]) == numbers, key
            assert row["answer_name"]
            assert row["answer_name_zh"]
            old = wanted.get((key[0], key[1], scorecard.before(key[1], key[2])), {})
            good, n = old.get(told[0], (0, 0)) if key[1] != "all" else (0, 0)
            previous = good / n if n >= 30 else None
            assert row["previous_figure"] == pytest.approx(previous)
    assert {key[0] for key, row in found.items() if row["answer_code"]} >= {"origin", "loss"}
