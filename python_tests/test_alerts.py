"""Alerts: measures, tests and episodes against plain pandas and scipy; quiet data raise no more than is stated."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from alert_models import run_alert_models
from builds import PROJECT, Build
from oracles import alerts
from oracles.cases import Case, assert_same, both, case_of
from oracles.definitions import seed
from oracles.landing import business_date
from test_definitions import write_rows
from touchpoints.definitions import check_definitions
from touchpoints.settings import WrongSetting


def rules() -> list[dict[str, Any]]:
    """The seed, typed."""
    numbers = {"threshold": float, "min_count": int, "window_days": int}
    return [
        {name: numbers.get(name, str)(value) for name, value in row.items()}
        for row in seed("alert_rules")
    ]


def measures_of(case: Case) -> pd.DataFrame:
    """What was measured, as built."""
    return pd.DataFrame(case.rows("select * from intermediate.int_alert_measures")).astype(
        {"numerator": float, "denominator": float, "square_sum": float}
    )


def days_of(case: Case) -> dict[int, date]:
    """The numbered days."""
    rows = case.rows("select day_number, calendar_date from intermediate.int_alert_days")
    return {row["day_number"]: row["calendar_date"] for row in rows}


@both
def test_what_is_measured_is_the_plain_count_of_the_day(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted: Counter[tuple[str, date, str | None]] = Counter()
    sizes: Counter[tuple[str, date, str | None]] = Counter()
    for touch in case.world.touches:
        wanted["touches", business_date(touch.at), touch.channel] += 1
    for order in case.world.orders:
        if not order.is_return:
            wanted["orders", business_date(order.at), order.channel] += 1
    for service_case in case.world.cases:
        row = case.world.case_rows[service_case.key]
        if row["is_complaint"]:
            channel = str(row["about_channel_code"])
            wanted["complaints", business_date(service_case.opened), channel] += 1
    for score in case.world.scores:
        if score.kind == "csat" and score.scaled is not None:
            place = ("csat", business_date(score.at), score.channel)
            wanted[place] += bool(score.is_satisfied)
            sizes[place] += 1
    measured = measures_of(case)
    chosen = measured[measured["metric_code"].isin({place[0] for place in wanted})]
    found: dict[tuple[str, date, str | None], int] = defaultdict(int)
    answered: dict[tuple[str, date, str | None], int] = defaultdict(int)
    for row in chosen.itertuples():
        place = (str(row.metric_code), row.measured_date, row.channel_code)
        found[place] += int(row.numerator)
        if row.metric_code == "csat":
            answered[place] += int(row.denominator)
    assert_same({k: v for k, v in found.items() if v}, {k: v for k, v in wanted.items() if v})
    assert_same(dict(answered), dict(sizes))
    assert len({place[0] for place in wanted}) == 4


@both
def test_every_test_is_the_plain_one(dataset: str, built: Build) -> None:
    """What is tested is the same, and how unlikely it is, as near as Wallace comes to Student's t."""
    case = case_of(dataset, built)
    days = days_of(case)
    last = business_date(case.world.as_of) - timedelta(days=1)
    assert days[max(days)] == last
    measured = measures_of(case)
    wanted = alerts.tests(measured, rules(), days[1], last)
    rows = case.rows(
        "select tests.*, alert_subject as subject from intermediate.int_alert_tests as tests"
        " inner join intermediate.int_alert_subjects as subjects"
        " on tests.series_key = subjects.series_key where rule_code <> 'complaints_concentrated'"
    )
    found = {(row["rule_code"], row["subject"], days[row["day_number"]]): row for row in rows}
    expected = {
        (row["rule_code"], row["subject"], row["day"]): row for row in wanted.to_dict("records")
    }
    assert len(expected) > 100
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        for name in ("observed", "expected"):
            assert found[key][name] == pytest.approx(row[name], abs=1e-9), key
        assert found[key]["is_relevant"] == row["is_relevant"], key
        assert found[key]["p_value"] == pytest.approx(row["p_value"], rel=0.15, abs=1e-9), key


@both
def test_false_alarms_are_controlled_over_each_day(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    days: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in case.rows("select * from intermediate.int_alert_tests"):
        days[row["day_number"]].append(row)
    for rows in days.values():
        q_values = alerts.controlled([row["p_value"] for row in rows])
        for row, q_value in zip(rows, q_values, strict=True):
            assert row["q_value"] == pytest.approx(q_value, rel=1e-9)
            limit = alerts.FALSE_SHARE / alerts.MONTH
            assert row["is_breached"] == (row["is_relevant"] and row["q_value"] <= limit)


@both
def test_alerts_are_the_runs_of_breaches(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    days = days_of(case)
    breaches: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in case.rows(
        "select rule_code, alert_subject as subject, day_number from intermediate.int_alert_tests as tests"
        " inner join intermediate.int_alert_subjects as subjects"
        " on tests.series_key = subjects.series_key where is_breached"
    ):
        breaches[row["rule_code"], row["subject"]].append(row["day_number"])
    wanted = {
        (*series, days[first]): (days[last], last + alerts.HOLD <= max(days))
        for series, numbers in breaches.items()
        for first, last in alerts.episodes(numbers)
    }
    rows = case.rows("select * from marts.alerts where q_value is not null")
    found = {
        (row["rule_code"], row["subject"], business_date(row["first_seen_at"])): (
            row["last_breach_date"],
            row["closed_at"] is not None,
        )
        for row in rows
    }
    assert found == wanted
    for row in rows:
        assert row["detected_at"] == row["first_seen_at"] + timedelta(days=1)
        quiet = business_date(row["closed_at"] or row["detected_at"])
        assert (row["closed_at"] is None) or quiet == row["last_breach_date"] + timedelta(
            days=alerts.HOLD + 1
        )
        assert row["subject_name"] in row["explanation"]
        assert row["subject_name_zh"] in row["explanation_zh"]


def test_a_late_source_is_one_open_alert(built: Build) -> None:
    case = case_of("sample", built)
    late = case.rows("select * from marts.source_watermarks where is_late")
    found = case.rows("select * from marts.alerts where kind = 'source_late'")
    assert {row["subject"] for row in found} == {
        f"{row['source_system']}.{row['source_table']}" for row in late
    }
    assert {row["status"] for row in found} == {"open"}


def test_quiet_months_raise_alarms_no_more_often_than_stated(built: Build) -> None:
    """24 quiet months of 80 series whose counts vary twice as much as by chance; docs/alerts.md measures more."""
    months = 24
    connection = run_alert_models(
        built, alerts.quiet_measures(1, months, 2.0), *alerts.quiet_complaints(1, months)
    )
    judged = f"from intermediate.int_alert_tests where day_number > {alerts.QUIET_LEAD}"
    tested, series = connection.execute(
        f"select count(*), count(distinct series_key) {judged}"
    ).fetchall()[0]
    assert tested > 10_000
    assert series > 60
    alarmed = connection.execute(
        "select count(distinct floor((day_number - ? - 1) / 30))" + judged + " and is_breached",
        [alerts.QUIET_LEAD],
    ).fetchall()[0][0]
    # 5 % of 24 months are 1.2: more than 4 come once in 140 times
    assert alarmed <= 4
    unlikely = connection.execute(f"select avg((p_value <= 0.05)::integer) {judged}").fetchall()
    assert 0.01 < unlikely[0][0] < 0.055


def _one_event(kind: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    months = 3
    measures = alerts.quiet_measures(2, months)
    cases, orders = alerts.quiet_complaints(2, months)
    day = measures["measured_date"].min() + timedelta(days=alerts.QUIET_LEAD + 20)
    hit = (measures["measured_date"] >= day) & (
        measures["measured_date"] < day + timedelta(days=10)
    )
    if kind == "traffic_change":
        hit &= (measures["metric_code"] == "touches") & (measures["channel_code"] == "c4")
        measures.loc[hit, "numerator"] = np.floor(measures.loc[hit, "numerator"] * 0.3)
    elif kind == "complaints_rise":
        hit &= (measures["metric_code"] == "complaints") & (measures["touchpoint_code"] == "t8")
        measures.loc[hit, "numerator"] *= 3
    elif kind == "first_response_late":
        hit = (measures["metric_code"] == "service_level") & (measures["touchpoint_code"] == "t5")
        hit &= measures["measured_date"] >= day
        measures.loc[hit, "numerator"] = np.floor(measures.loc[hit, "numerator"] * 0.6)
    elif kind == "funnel_drop":
        hit &= (measures["metric_code"] == "funnel_step") & (measures["step_code"] == "f:7")
        measures.loc[hit, "numerator"] = np.floor(measures.loc[hit, "numerator"] * 0.5)
    else:
        more = [("t1", "r0", day + timedelta(days=i % 10)) for i in range(60)]
        cases = pd.concat([cases, pd.DataFrame(more, columns=list(cases.columns))])
    return measures, cases, orders


@pytest.mark.parametrize(
    ("rule", "subject"),
    [
        ("traffic_change", "c4"),
        ("complaints_rise", "t8"),
        ("first_response_late", "t5"),
        ("funnel_drop", "f:7"),
        ("complaints_concentrated", "t1/r0"),
    ],
)
def test_what_is_planted_is_alerted_in_time_and_nothing_else(
    rule: str, subject: str, built: Build
) -> None:
    connection = run_alert_models(built, *_one_event(rule))
    found = connection.execute(
        "select rule_code, first_day_number, series_key from intermediate.int_alert_episodes"
        " where first_day_number > ? order by first_day_number",
        [alerts.QUIET_LEAD],
    ).fetchall()
    key = int(hashlib.md5(f"{rule}|{subject}".encode()).hexdigest()[:16], 16) >> 1
    assert {row[0] for row in found} == {rule}
    # a window of 28 days takes longer to fill with what is new
    assert alerts.QUIET_LEAD + 20 < found[0][1] <= alerts.QUIET_LEAD + 40
    assert {row[2] for row in found} == {key}


def test_runs_are_parted_by_silence() -> None:
    assert alerts.episodes([1, 2, 5, 9, 13], 3) == [(1, 5), (9, 9), (13, 13)]
    assert alerts.episodes([]) == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("orders_drop,(all),team,2025-03-01,", "accepted values are"),
        ("orders_fall,(all),,2025-03-01,", "acknowledged_by is empty"),
        ("orders_fall,(all),team,yesterday,", "a date such as"),
    ],
)
def test_a_wrong_acknowledgement_stops_the_build(row: str, told: str, tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "seeds", tmp_path / "seeds")
    with open(tmp_path / "seeds" / "alert_acknowledgements.csv", "a", encoding="utf-8") as file:
        file.write(row + "\n")
    with pytest.raises(WrongSetting, match=told) as refused:
        check_definitions(tmp_path)
    assert "alert_acknowledgements.csv line 2" in str(refused.value)


@pytest.mark.parametrize(
    ("column", "value"), [("kind", "chance"), ("direction", "down?"), ("severity", "urgent")]
)
def test_a_wrong_rule_stops_the_build(column: str, value: str, tmp_path: Path) -> None:
    write_rows(tmp_path, "alert_rules", **{column: value})
    with pytest.raises(WrongSetting, match=f"{column} '{value.replace('?', '.')}'"):
        check_definitions(tmp_path)


def test_the_stated_share_is_the_one_of_the_project() -> None:
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    names = ("alert_false_share", "alert_month_days", "alert_hold_days", "alert_baseline_weeks")
    assert [project[name] for name in (*names, "alert_spread_days")] == [
        *(alerts.FALSE_SHARE, alerts.MONTH, alerts.HOLD, alerts.WEEKS, alerts.SPREAD_DAYS)
    ]
