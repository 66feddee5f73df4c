"""A number of a definition seed that cannot be meant stops the run, with what to give."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
import yaml

from builds import PROJECT
from touchpoints.definitions import check_definitions
from touchpoints.settings import WrongSetting

# Numbers that may be any: places in an order, and weights and thresholds that speak for or against.
ANY = {
    *("device_patterns.pattern_rank", "action_rules.priority", "action_identifiers.preference"),
    *("identifier_rules.priority", "survivorship_rules.preference", "rfm_segments.segment_rank"),
    *("case_categories.category_rank", "case_priorities.priority_rank", "response_bands.band_rank"),
    *("topics.priority", "topic_rules.weight", "sentiment_lexicon.weight", "case_rules.weight"),
    *("case_priorities.min_weight", "case_rules.threshold", "risk_rules.min_value"),
}


def write_rows(folder: Path, seed: str, **values: str) -> None:
    """A copy of the seeds in which the first row of one says so."""
    shutil.copytree(PROJECT / "seeds", folder / "seeds")
    path = folder / "seeds" / f"{seed}.csv"
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), list(reader.fieldnames or [])
    rows = rows or [dict.fromkeys(columns, "")]
    rows[0].update(values)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def test_the_definitions_of_the_project_are_accepted() -> None:
    check_definitions(PROJECT)


@pytest.mark.parametrize(
    ("seed", "column", "value", "told"),
    [
        ("exchange_rates", "rate", "0", "a number above 0"),
        ("exchange_rates", "rate", "NaN", "a number"),
        ("exchange_rates", "rate", "Infinity", "a number"),
        ("goals", "lookback_days", "0", "a number from 1 on"),
        ("goals", "lookback_days", "7.5", "a number"),
        ("action_rules", "holdout_share", "1.01", "a number from 0 on and up to 1"),
        ("action_rules", "holdout_share", "-0.01", "a number from 0 on and up to 1"),
        ("holidays", "works_as_weekday", "8", "a number from 1 on and up to 7"),
        ("intent_weights", "half_life_days", "0.0", "a number above 0"),
        ("priority_weights", "weight", "0", "a number from 1 on"),
    ],
)
def test_a_number_out_of_its_range_stops_the_run(
    seed: str, column: str, value: str, told: str, tmp_path: Path
) -> None:
    write_rows(tmp_path, seed, **{column: value})
    with pytest.raises(WrongSetting) as refused:
        check_definitions(tmp_path)
    assert str(refused.value) == f"seeds/{seed}.csv line 2: {column} '{value}': give {told}"


@pytest.mark.parametrize("value", ["1", "0"])
def test_a_bound_may_be_another_column(value: str, tmp_path: Path) -> None:
    write_rows(tmp_path, "satisfaction_scales", scale_min="1", scale_max=value)
    with pytest.raises(WrongSetting) as refused:
        check_definitions(tmp_path)
    told = str(refused.value).splitlines()[0]
    assert told.endswith(f"scale_max '{value}': give a number above scale_min (1)")


def test_without_the_other_column_there_is_no_bound(tmp_path: Path) -> None:
    write_rows(tmp_path, "effect_metrics", from_step="", to_step="0")
    check_definitions(tmp_path)


@pytest.mark.parametrize(
    ("seed", "column", "value"),
    [
        ("exchange_rates", "rate", "0.000001"),
        ("action_rules", "holdout_share", "1"),
        ("action_rules", "holdout_share", "0"),
        ("holidays", "works_as_weekday", ""),
    ],
)
def test_the_ends_of_a_range_are_accepted(
    seed: str, column: str, value: str, tmp_path: Path
) -> None:
    write_rows(tmp_path, seed, **{column: value})
    check_definitions(tmp_path)


def test_every_number_has_a_range_or_may_be_any() -> None:
    seeds = yaml.safe_load((PROJECT / "seeds" / "_seeds.yml").read_text(encoding="utf-8"))["seeds"]
    numbers, ranged = set(), set()
    for seed in seeds:
        kinds = seed.get("config", {}).get("column_types", {})
        numbers |= {
            f"{seed['name']}.{column}"
            for column, kind in kinds.items()
            if kind.startswith(("integer", "bigint", "decimal", "double"))
        }
        for test in seed.get("data_tests", []):
            if "numbers_within" in test:
                ranges = test["numbers_within"]["arguments"]["ranges"]
                ranged |= {f"{seed['name']}.{column}" for column in ranges}
    # the lowest value of a scale is the bound of its highest
    assert numbers - ANY - {"satisfaction_scales.scale_min"} == ranged
    assert not ANY & ranged
    assert numbers >= ANY
