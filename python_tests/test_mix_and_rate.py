"""Changes of rates: exact fractions on the sample and random data, and one region that rises while all stands."""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from builds import NO_TESTS, Build, green, run_dbt
from oracles.cases import Case, assert_same, both, case_of, random_case
from oracles.mix import mix_rows, parts, split

KEYS = ("metric_code", "dimension", "category", "period_start_date")


def built_rows(case: Case) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rows of the mart by their key, amounts as floats."""
    rows = case.rows("select * exclude (share, previous_share) from marts.mix_and_rate_changes")
    for row in rows:
        for column in ("numerator", "previous_numerator"):
            row[column] = float(row[column])
    return {tuple(row.pop(key) for key in KEYS): row for row in rows}


@both
def test_every_change_is_split_as_the_fractions_say(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    assert_same(built_rows(case), dict(mix_rows(parts(case.world))))


def test_the_random_dataset_has_categories_that_come_and_go() -> None:
    rows = random_case().rows("select * from marts.mix_and_rate_changes where not is_suppressed")
    assert {(row["metric_code"], row["dimension"]) for row in rows} >= {
        ("session_conversion", "channel"),
        ("csat", "touchpoint"),
        ("average_order_value", "channel"),
    }
    assert any(row["denominator"] == 0 for row in rows)
    assert any(row["previous_denominator"] == 0 for row in rows)


@pytest.mark.parametrize("number", range(20))
def test_the_oracles_effects_add_up_exactly(number: int) -> None:
    rng = np.random.default_rng(number)

    def side() -> dict[str, tuple[Fraction, Fraction]]:
        chosen = [c for c in "abcdef" if rng.random() < 0.7] or ["a"]
        sizes = {c: int(rng.integers(1, 99)) for c in chosen}
        return {c: (Fraction(int(rng.integers(0, n + 1))), Fraction(n)) for c, n in sizes.items()}

    before, now = side(), side()
    effects, change = split(before, now)
    assert sum(mix + rate for mix, rate in effects.values()) == change
    for category in before.keys() ^ now.keys():
        assert effects[category][1] == 0


# month, region, answers, satisfied: the north goes from 60 % to 75 % and has twice the weight, the south stays at 90 %
PLANTED = [
    (3, "北京", 50, 30),
    (3, "广东", 150, 135),
    (4, "北京", 100, 75),
    (4, "广东", 100, 90),
]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A build of survey answers alone, as planted."""
    folder = tmp_path_factory.mktemp("planted")
    path = folder / "raw" / "survey" / "responses.csv"
    path.parent.mkdir(parents=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        columns = (
            "response_id",
            "survey_id",
            "survey_type",
            "score",
            "answered_at",
            "touchpoint_code",
        )
        writer.writerow((*columns, "region", "member_no"))
        for month, region, answers, satisfied in PLANTED:
            for number in range(answers):
                writer.writerow(
                    (
                        f"r{month}-{region}-{number}",
                        "S1",
                        "csat",
                        5 if number < satisfied else 2,
                        f"2025-{month:02d}-{1 + number % 28:02d} 12:00:00",
                        "store_purchase",
                        region,
                        f"M{number}",
                    )
                )
    return green(
        run_dbt(
            folder / "build",
            ("build", "-s", "+mix_and_rate_changes", *NO_TESTS),
            {"TOUCHPOINT_RAW_ROOT": str(path.parents[1])},
        )
    )


@pytest.mark.slow
def test_one_region_rises_while_the_total_stands_still_and_the_split_says_why(
    planted: Build,
) -> None:
    rows = {
        row[0]: row[1:]
        for row in planted.rows(
            "select category, numerator / denominator - previous_numerator / previous_denominator,"
            " mix_effect, rate_effect, total_change from marts.mix_and_rate_changes"
            " where metric_code = 'csat' and dimension = 'region'"
            f" and period_start_date = date '{date(2025, 4, 1)}'"
        )
    }
    north, south = rows["北京"], rows["广东"]
    assert north[0] == pytest.approx(0.15)
    assert south[0] == pytest.approx(0)
    assert north[3] == south[3] == pytest.approx(0)
    # the rise is worth 0.15 at a mean weight of 3/8, and the weight that moved to the worse region takes it all
    assert north[2] == pytest.approx(0.05625)
    assert south[2] == pytest.approx(0)
    assert north[1] + south[1] == pytest.approx(-0.05625)
    assert north[1] < 0
