"""Every number on each page equals a query of the marts that shares nothing with the explorer's own."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from drawing import blocks, drawn, figures, opened
from explorer import pages
from explorer.blocks import Cards, Empty, Figure, Finding, Table
from history import DELAY, REFRESHES

ZONE = "Asia/Shanghai"
MONTH = "2025-06-01"
LEAST = 30
CLOSE = 1e-6


def wilson(part: float, whole: float) -> tuple[float, float]:
    """The 95 % Wilson interval, by its textbook formula."""
    z = 1.959963984540054
    share = part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    reach = (
        z
        / (1 + z * z / whole)
        * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    )
    return middle - reach, middle + reach


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    """Two frames hold the same numbers in the same order."""
    assert len(left) == len(right)
    pd.testing.assert_frame_equal(
        left.reset_index(drop=True),
        right.reset_index(drop=True),
        check_dtype=False,
        check_names=False,
        rtol=1e-9,
    )


def text_of(published: Path, name: str, **chosen: str) -> str:
    """What a page says in words."""
    return " ".join(
        block.text for block in blocks(published, name, **chosen) if isinstance(block, Finding)
    )


def test_the_rows_behind_every_chart_add_up_to_its_numbers(published: Path) -> None:
    checked = 0
    for name in pages.NAMES:
        for key, figure in figures(published, name).items():
            if figure.drill is None:
                continue
            for label, item in figure.drill.items.items():
                if item not in figure.drill.expected:
                    continue
                _, total = figure.drill.rows(item).total(figure.drill.measure)
                assert total == pytest.approx(float(figure.drill.expected[item]), abs=CLOSE), (
                    name,
                    key,
                    label,
                )
                checked += 1
    assert checked > 200


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("contribution", {"model": "linear", "level": "touchpoint"}),
        ("contribution", {"model": "last", "period": MONTH}),
        ("contribution", {"model": "time_decay", "level": "campaign", "goal": "registration"}),
        ("contribution", {"model": "first", "level": "campaign"}),
        ("funnel", {"funnel": "search", "breakdown": "device"}),
        ("funnel", {"funnel": "after_sales", "breakdown": "region"}),
        ("funnel", {"funnel": "engagement", "breakdown": "customer_tier"}),
        ("funnel", {"funnel": "repurchase", "breakdown": "campaign"}),
        ("journeys", {"goal": "registration", "level": "touchpoint"}),
        ("journeys", {"period": MONTH}),
        ("returns", {"model": "last", "period": MONTH}),
        ("satisfaction", {"measure": "nps"}),
        ("satisfaction", {"measure": "review", "period": MONTH}),
        ("satisfaction", {"measure": "sla", "touchpoint": "hotline_call"}),
        ("satisfaction", {"measure": "ces_easy"}),
        ("voice", {"touchpoint": "own_shop_review", "period": MONTH}),
        ("service", {"channel": "hotline", "region": "广东"}),
        ("overview", {"period": "2025-03-01"}),
    ],
)
def test_the_rows_add_up_under_other_choices_too(
    published: Path, name: str, chosen: dict[str, str]
) -> None:
    for key, figure in figures(published, name, **chosen).items():
        if figure.drill is None:
            continue
        for label, item in figure.drill.items.items():
            if item in figure.drill.expected:
                _, total = figure.drill.rows(item).total(figure.drill.measure)
                assert total == pytest.approx(float(figure.drill.expected[item]), abs=CLOSE), (
                    key,
                    label,
                )


def test_overview_cards(published: Path, ask) -> None:
    cards = {
        card.key: card
        for block in blocks(published, "overview", period=MONTH)
        if isinstance(block, Cards)
        for card in block.cards
    }
    sessions = ask("select started_date from fct_sessions")["started_date"]
    counted = int((pd.to_datetime(sessions).dt.strftime("%Y-%m") == "2025-06").sum())
    assert cards["kpi_sessions"].value == f"{counted:,}"
    users = ask("select first_seen_at, first_channel_code from dim_users").dropna()
    local = users["first_seen_at"].dt.tz_localize("UTC").dt.tz_convert(ZONE)
    assert cards["kpi_new"].value == f"{int((local.dt.strftime('%Y-%m') == '2025-06').sum()):,}"
    orders = ask("select ordered_date, net_amount, is_paid, is_return from fct_orders")
    orders = orders[pd.to_datetime(orders["ordered_date"]).dt.strftime("%Y-%m") == "2025-06"]
    paid = orders[orders["is_paid"].astype(bool) & ~orders["is_return"].astype(bool)]
    assert cards["kpi_orders"].value == f"{len(paid):,}"
    assert cards["kpi_net"].value == f"CNY {float(orders['net_amount'].astype(float).sum()):,.0f}"
    rate = ask(
        "select numerator / denominator as rate from metric_values where metric_code = 'session_order_rate' and "
        "channel_code = '(all)' and period_type = 'month' and period_start_date = date '2025-06-01'"
    )["rate"][0]
    assert cards["kpi_conversion"].value == f"{100 * rate:.1f} %"
    scores = ask("select score_type, answered_date, is_satisfied from fct_satisfaction_scores")
    scores = scores[
        (scores["score_type"] == "csat")
        & (pd.to_datetime(scores["answered_date"]).dt.strftime("%Y-%m") == "2025-06")
        & scores["is_satisfied"].notna()
    ]
    assert cards["kpi_csat"].value == f"{100 * scores['is_satisfied'].astype(bool).mean():.1f} %"
    assert cards["kpi_csat"].value != "withheld"
    complaints = ask("select opened_date, is_complaint from fct_service_cases")
    complaints = complaints[complaints["is_complaint"].astype(bool)]
    june = pd.to_datetime(complaints["opened_date"]).dt.strftime("%Y-%m") == "2025-06"
    assert cards["kpi_complaints"].value == f"{int(june.sum()):,}"
    due = ask(
        "select sum(service_level_due_count) as due from touchpoint_satisfaction where period_type = 'month' "
        "and period_start_date = date '2025-06-01'"
    )["due"][0]
    assert (cards["kpi_sla"].value == "withheld") == (due < LEAST)
    months = Counter(pd.to_datetime(sessions).dt.strftime("%Y-%m"))
    assert cards["kpi_sessions"].line == [float(months[month]) for month in sorted(months)[-13:]]
    assert (
        cards["kpi_sessions"].change == f"{100 * (months['2025-06'] / months['2025-05'] - 1):+.0f}%"
    )


def test_overview_charts(published: Path, ask) -> None:
    shown = figures(published, "overview", period=MONTH)
    users = ask("select first_seen_at, first_channel_code from dim_users").dropna()
    local = users["first_seen_at"].dt.tz_localize("UTC").dt.tz_convert(ZONE)
    counted = users[local.dt.strftime("%Y-%m") == "2025-06"]["first_channel_code"].value_counts()
    assert sorted(shown["new_by_channel"].frame["people"], reverse=True) == sorted(
        counted, reverse=True
    )
    assert drawn(shown["new_by_channel"]) == shown["new_by_channel"].frame["people"].tolist()
    orders = ask(
        "select channel_code, converted_date from fct_conversions where goal_code = 'order'"
    )
    june = orders[pd.to_datetime(orders["converted_date"]).dt.strftime("%Y-%m") == "2025-06"]
    assert sorted(shown["orders_by_channel"].frame["orders"]) == sorted(
        june["channel_code"].value_counts()
    )
    changes = ask(
        "select sum(mix_effect) + sum(rate_effect) as all_of_it, any_value(total_change) as total "
        "from mix_and_rate_changes where metric_code = 'session_order_rate' and dimension = 'channel' "
        "and period_start_date = date '2025-06-01'"
    )
    assert changes["all_of_it"][0] == pytest.approx(changes["total"][0])
    mix = shown["mix_rate"]
    assert drawn(mix, 0) == pytest.approx(
        [100 * value for value in mix.frame["mix_effect"]], abs=1e-4
    )
    assert drawn(mix, 1) == pytest.approx(
        [100 * value for value in mix.frame["rate_effect"]], abs=1e-4
    )
    assert mix.frame["total_change"].unique() == pytest.approx([changes["total"][0]])


def test_journeys(published: Path, ask) -> None:
    shown = figures(published, "journeys")
    journeys = ask(
        "select channel_path, is_converted, journey_status from fct_journeys where goal_code = 'order'"
    )
    flows = shown["sankey"].frame
    ends = Counter(
        "converted"
        if row.is_converted
        else "still open"
        if row.journey_status == "open"
        else "not converted"
        for row in journeys.itertuples()
    )
    for end, count in ends.items():
        assert flows.loc[flows["to"] == end, "journeys"].sum() == count
    assert flows.loc[flows["to"] == "more steps", "journeys"].sum() == sum(
        len(path) > 3 for path in journeys["channel_path"]
    )
    names = dict(
        ask("select channel_code, channel_name from dim_channels").itertuples(
            index=False, name=None
        )
    )
    begun = Counter(names[path[0]] for path in journeys["channel_path"])
    for name, count in begun.most_common(6):
        assert flows.loc[flows["from"] == f"1 · {name}", "journeys"].sum() == count
    links = shown["sankey"].option["series"][0]["links"]
    assert [link["value"] for link in links] == flows["journeys"].tolist()
    paths = ask(
        "select journey_count, converted_count, conversion_rate from journey_paths where goal_code = 'order' "
        "and level = 'channel' order by journey_count desc, path_id limit 25"
    )
    same(shown["top_paths"].frame[["journey_count", "converted_count", "conversion_rate"]], paths)
    people = ask(
        "select sum(user_count) as people from channel_handovers where goal_code = 'order'"
    )
    assert shown["handovers"].frame["user_count"].sum() == people["people"][0]
    assert f"{sum(ends.values()):,} journeys" in text_of(published, "journeys")
    assert f"{ends['converted']:,} of" in text_of(published, "journeys")


def test_funnel(published: Path, ask) -> None:
    shown = figures(published, "funnel", funnel="order", breakdown="channel")
    steps = ask(
        "select entry_count, conversion_from_start, conversion_from_start_low, drop_off_count from funnel_steps "
        "where funnel_code = 'order' and attribution = 'entry' and breakdown = 'all' order by step_number"
    )
    same(shown["funnel_chart"].frame[steps.columns], steps.astype("float64"))
    assert drawn(shown["funnel_chart"], 1) == steps["entry_count"].tolist()
    axis = shown["funnel_chart"].option["xAxis"]
    assert (axis["min"], axis["max"]) == (0, steps["entry_count"].max())
    # Entries counted anew, person by person.
    reached = ask(
        "select step_number, count(distinct entry_id) as entries from fct_funnel_entry_steps "
        "inner join fct_funnel_entries using (entry_id, funnel_code) "
        "where funnel_code = 'order' and is_mature group by all order by step_number"
    )
    assert reached["entries"].tolist() == steps["entry_count"].tolist()
    groups = ask(
        "select conversion_from_start from funnel_steps where funnel_code = 'order' and attribution = 'entry' and "
        "breakdown = 'channel' and conversion_from_start is not null"
    )
    small = shown["funnel_small"].frame["conversion_from_start"].dropna()
    assert sorted(small) == pytest.approx(sorted(groups["conversion_from_start"]))
    won = ask(
        "select cast(recoverable_value as double) as won from funnel_bottlenecks where funnel_code = 'order' "
        "and breakdown = 'channel' and recoverable_conversions > 0 order by won desc"
    )
    assert sorted(drawn(shown["bottlenecks_groups"]), reverse=True) == pytest.approx(
        won["won"].tolist()
    )


@pytest.mark.parametrize("level", ["channel", "touchpoint", "campaign"])
@pytest.mark.parametrize("model", ["first", "markov_1", "linear"])
def test_contribution(published: Path, ask, level: str, model: str) -> None:
    shown = figures(published, "contribution", level=level, model=model)
    found = ask(
        "select cast(conversions as double) as conversions, share, share_low, share_high from channel_contribution "
        "where goal_code = 'order' and level = ? and model_code = ? and period_type = 'all' and conversions > 0 "
        "order by conversions desc, value desc, code limit 15",
        level,
        model,
    )
    bars = shown["contribution_bars"]
    same(bars.frame[found.columns], found)
    assert drawn(bars) == pytest.approx([100 * share for share in found["share"]], abs=1e-3)
    heat = shown["contribution_heat"].frame
    every = ask(
        "select code, model_code, share from channel_contribution where goal_code = 'order' and level = ? "
        "and period_type = 'all'",
        level,
    )
    assert set(heat["share"].round(9)) <= set(every["share"].round(9))
    assert heat["model_code"].nunique() == every["model_code"].nunique()


def test_all_of_a_contribution_is_shown_with_what_is_unattributed(published: Path, ask) -> None:
    from explorer.words import CODES

    frame = figures(published, "contribution", model="markov_1")["contribution_bars"].frame
    total = ask("select count(*) as n from fct_conversions where goal_code = 'order'")["n"][0]
    assert frame["total_conversions"].unique() == [total]
    assert CODES["(unattributed)"][0] in set(frame["code"])


def test_returns_are_ratios_of_sums(published: Path, ask) -> None:
    shown = figures(published, "returns", model="last")
    rows = ask(
        "select channel_code, cast(cost as double) as cost, cast(value as double) as value from channel_returns "
        "where goal_code = 'order' and model_code = 'last'"
    )
    sums = rows.groupby("channel_code")[["cost", "value"]].sum()
    sums = sums[sums["cost"] > 0].sort_values("cost", ascending=False)
    frame = shown["returns_chart"].frame
    assert frame["cost"].tolist() == pytest.approx(sums["cost"].tolist())
    assert frame["return_on_spend"].tolist() == pytest.approx(
        (sums["value"] / sums["cost"]).tolist()
    )
    assert drawn(shown["returns_chart"]) == [
        pytest.approx([cost, value], abs=0.01)
        for cost, value in zip(sums["cost"], sums["value"], strict=True)
    ]
    assert f"CNY {sums['cost'].sum():,.0f}" in text_of(published, "returns", model="last")


@pytest.mark.parametrize(
    ("measure", "kind"),
    [("csat", "csat"), ("ces_easy", "ces"), ("review", "review"), ("nps", "nps")],
)
def test_satisfaction_is_counted_anew_from_single_answers(
    published: Path, ask, measure: str, kind: str
) -> None:
    shown = figures(published, "satisfaction", measure=measure)
    answers = ask(
        "select touchpoint_code, answered_date, region, is_satisfied, nps_group, score_scaled "
        "from fct_satisfaction_scores where score_type = ?",
        kind,
    ).dropna(subset=["score_scaled"])
    answers["month"] = pd.to_datetime(answers["answered_date"]).dt.strftime("%Y-%m")
    if measure == "nps":
        answers["counted"] = answers["nps_group"].map(
            {"promoter": 1, "passive": 0, "detractor": -1}
        )
    else:
        answers["counted"] = answers["is_satisfied"].astype(bool).astype(int)
    months = answers.groupby("month")["counted"].agg(["sum", "count"])
    frame = shown["satisfaction_trend"].frame
    assert frame["month"].tolist() == months.index.tolist()
    assert frame["part"].tolist() == months["sum"].tolist()
    assert frame["whole"].tolist() == months["count"].tolist()
    for row in frame.itertuples():
        if row.whole < LEAST:
            assert math.isnan(row.rate), "a rate on fewer than min_sample answers is shown"
            continue
        assert row.rate == pytest.approx(row.part / row.whole)
        if measure != "nps":
            assert (row.low, row.high) == pytest.approx(wilson(row.part, row.whole))
    heat = shown["satisfaction_heat"].frame
    points = answers.groupby("touchpoint_code")["counted"].agg(["sum", "count"])
    told = heat[heat["part"].notna()].groupby("measure")[["part", "whole"]].sum()
    assert (points["sum"].sum(), points["count"].sum()) in set(
        told.itertuples(index=False, name=None)
    )
    # What is withheld is written so, in grey.
    grey = shown["satisfaction_heat"].option["series"][1]["data"]
    assert len(grey) == int((heat["whole"] < LEAST).sum())
    assert {cell["label"]["formatter"] for cell in grey} <= {"withheld"}


def test_the_interval_of_nps_is_multinomial(published: Path, ask) -> None:
    counts = ask(
        "select sum(nps_promoter_count) as p, sum(nps_detractor_count) as d, sum(nps_response_count) as n "
        "from touchpoint_satisfaction where period_type = 'all'"
    ).iloc[0]
    share = (counts["p"] - counts["d"]) / counts["n"]
    error = 1.959963984540054 * math.sqrt(
        ((counts["p"] + counts["d"]) / counts["n"] - share**2) / counts["n"]
    )
    told = text_of(published, "satisfaction", measure="nps")
    assert f"NPS is {100 * share:+.0f}" in told
    assert f"{100 * (share - error):+.0f} … {100 * (share + error):+.0f}" in told


def test_a_single_region_of_the_mart_is_shown_as_the_mart_says(published: Path, ask) -> None:
    found = ask(
        "select touchpoint_code, region, service_level_share, service_level_share_low from touchpoint_satisfaction "
        "where period_type = 'all' and service_level_share is not null limit 5"
    )
    for row in found.itertuples():
        shown = figures(
            published,
            "satisfaction",
            measure="sla",
            touchpoint=row.touchpoint_code,
            region=row.region,
        )
        frame = shown["satisfaction_heat"].frame
        its = frame[frame["measure"] == "Answered in time"].iloc[0]
        assert its["rate"] == pytest.approx(row.service_level_share)
        assert its["low"] == pytest.approx(row.service_level_share_low)


def test_complaints_and_drivers(published: Path, ask) -> None:
    shown = figures(published, "satisfaction")
    cells = ask(
        "select complaint_count from complaint_concentration where complaint_count > 0 "
        "order by is_concentrated desc, complaint_count desc limit 15"
    )
    assert drawn(shown["complaint_cells"]) == cells["complaint_count"].tolist()
    told = ask(
        "select importance from satisfaction_drivers where outcome_code = 'repurchase' and importance is not null"
    )
    assert ("drivers" in shown) == bool(len(told))


def test_voice(published: Path, ask) -> None:
    shown = figures(published, "voice")
    terms = ask("select term, text_count from feedback_terms where period_type = 'all'")
    counted = terms.groupby("term")["text_count"].sum().sort_values(ascending=False)
    assert drawn(shown["terms_bars"]) == counted.head(15).tolist()
    cloud = {entry["name"]: entry["value"] for entry in shown["cloud"].option["series"][0]["data"]}
    assert cloud == {term: counted[term] for term in cloud}
    texts = ask("select sentiment_label from fct_feedback_texts")
    labels = texts["sentiment_label"].value_counts()
    assert f"{labels['negative']:,} of {len(texts):,} texts" in text_of(published, "voice")
    assert shown["tone_bars"].frame["texts"].sum() == len(texts)


def test_service(published: Path, ask) -> None:
    shown = figures(published, "service")
    cases = ask(
        "select opened_at, assigned_queue, is_first_response_in_sla, is_complaint from fct_service_cases"
    )
    local = cases["opened_at"].dt.tz_localize("UTC").dt.tz_convert(ZONE)
    counted = Counter(zip(local.dt.day_of_week, local.dt.hour, strict=True))
    cells = shown["hours"].option["series"][0]["data"]
    assert {(cell["value"][1], cell["value"][0]): cell["value"][2] for cell in cells} == counted
    queues = shown["queues"].frame.set_index("queue")
    assert (
        queues["cases"].to_dict()
        == cases["assigned_queue"].fillna("(none)").value_counts().to_dict()
    )
    met = cases["is_first_response_in_sla"].dropna().astype(bool)
    assert queues["in_time"].sum() == met.sum()
    assert queues["late"].sum() == (~met).sum()
    assert f"{met.sum()} of {len(met)} with a promise" in text_of(published, "service")
    bands = ask(
        "select case_count, rated_count, satisfied_count, csat, csat_low, csat_high from response_satisfaction "
        "where touchpoint_code = '(all)' order by band_rank nulls last"
    )
    same(shown["bands"].frame[bands.columns], bands)


def test_trust(published: Path, ask) -> None:
    shown = figures(published, "trust")
    ledger = ask("select * from record_ledger")
    names = [
        "received",
        "accepted",
        "duplicate",
        "quarantined",
        "out_of_scope",
        "erased",
        "expired",
    ]
    sums = ledger.groupby("source_system")[names].sum()
    frame = shown["ledger"].frame.set_index("source_system")
    pd.testing.assert_frame_equal(frame.sort_index(), sums.sort_index(), check_dtype=False)
    for at, name in enumerate(names[1:]):
        assert drawn(shown["ledger"], at) == frame[name].tolist()
    reasons = ask("select reason_code from quarantined_records")["reason_code"].value_counts()
    assert drawn(shown["quarantine"]) == reasons.head(20).tolist()
    late = ask(
        "select count(*) filter (where is_late) as late, count(*) as n from source_watermarks where has_landed"
    )
    said = text_of(published, "trust")
    assert f"{late['late'][0]} of {late['n'][0]} tables are late" in said
    assert f"{sums['received'].sum():,} records received" in said
    assert "The ledger balances" in said


def test_a_page_of_a_mart_that_is_not_published_says_so(published: Path) -> None:
    from drawing import opened
    from explorer.blocks import Empty

    for name, relation in (
        ("scorecard", "touchpoint_scorecard"),
        ("segments", "user_profiles"),
        ("effects", "action_effects"),
    ):
        if relation not in opened(published).relations:
            said = [block.text for block in blocks(published, name) if isinstance(block, Empty)]
            assert any(relation in text for text in said)


@pytest.mark.parametrize("name", pages.NAMES)
def test_both_languages_show_the_same_numbers(published: Path, name: str) -> None:
    english, chinese = figures(published, name, "en"), figures(published, name, "zh")
    assert english.keys() == chinese.keys()
    for key, figure in english.items():
        numbers = figure.frame.select_dtypes("number")
        same(numbers, chinese[key].frame.select_dtypes("number"))


@pytest.mark.parametrize("name", pages.NAMES)
def test_every_chart_tells_its_definition_and_each_item_its_figures(
    published: Path, name: str
) -> None:
    for key, block in figures(published, name).items():
        if isinstance(block, Table) or not isinstance(block, Figure):
            continue
        assert block.definition, key
        items = [
            entry
            for series in block.option["series"]
            if not series.get("silent")
            for entry in [*series["data"], *series.get("links", [])]
        ]
        assert items, key
        for entry in items:
            assert entry["tooltip"]["formatter"].startswith("<b>"), (key, entry)
            assert "<script" not in entry["tooltip"]["formatter"]


def published_or_skip(published: Path, *relations: str) -> None:
    """Marts that a build may lack."""
    from drawing import opened

    for relation in relations:
        if not opened(published).has(relation):
            pytest.skip(f"{relation} is not published")


def test_segments(published: Path, ask) -> None:
    published_or_skip(published, "user_profiles", "retention_cohorts", "repurchase_cohorts")
    shown = figures(published, "segments")
    people = ask(
        "select rfm_segment_code, lifecycle_stage, recency_score, frequency_score from user_profiles"
    )
    for key in ("rfm_segment_code", "lifecycle_stage"):
        counted = people[key].fillna("(unknown)").value_counts()
        assert sorted(drawn(shown[key])) == sorted(counted)
    buyers = people.dropna(subset=["recency_score", "frequency_score"])
    grid = Counter(
        zip(buyers["recency_score"].astype(int), buyers["frequency_score"].astype(int), strict=True)
    )
    cells = shown["rfm"].option["series"][0]["data"]
    assert {
        (5 - cell["value"][1], cell["value"][0] + 1): cell["value"][2] for cell in cells
    } == grid
    kept = ask("select retained, cohort_size from retention_cohorts where channel_code = '(all)'")
    assert shown["retention"].frame["retained"].sum() == kept["retained"].sum()
    again = ask(
        "select buyers, repurchase_rate from repurchase_cohorts where window_days = 90 order by cohort_month_date"
    )
    if "repurchase" in shown:
        same(shown["repurchase"].frame[["buyers", "repurchase_rate"]], again)


def test_a_person_counts_once_for_a_reason_that_speaks_for_two_risks(published: Path, ask) -> None:
    published_or_skip(published, "user_risk_reasons")
    met = ask("select user_id, risk_code, reason_code from user_risk_reasons")
    people = met.groupby("reason_code")["user_id"].nunique()
    assert (met.groupby("reason_code").size() > people).any(), "some reason speaks for two"
    told = figures(published, "segments")["user_risk_reasons"].drill.expected
    assert told == {code: people[code] for code in told}
    assert sum(told.values()) > 0


def test_people_who_may_meet_several_tags_are_no_shares_of_their_sum(published: Path) -> None:
    published_or_skip(published, "user_tags", "user_profiles")
    shown = figures(published, "segments")
    tips = {key: json.dumps(shown[key].option) for key in ("user_tags", "lifecycle_stage")}
    assert " of " in tips["lifecycle_stage"]
    assert " of " not in tips["user_tags"].replace("conditions of", "")


def test_where_nothing_converted_no_path_is_called_the_best(
    published: Path, tmp_path: Path
) -> None:
    published_or_skip(published, "journey_paths")
    folder = tmp_path / published.name
    shutil.copytree(published, folder)
    paths = str(published / "journey_paths.parquet")
    duckdb.sql(
        f"select * replace (0 as converted_count, null as share_of_conversions) from '{paths}'"
    ).write_parquet(str(folder / "journey_paths.parquet"))
    said = text_of(folder, "journeys")
    assert said.startswith("None of ")
    assert "most conversions" not in said


def test_conversions_that_nothing_preceded_are_told_so(published: Path, tmp_path: Path) -> None:
    published_or_skip(published, "channel_contribution")
    folder = tmp_path / published.name
    shutil.copytree(published, folder)
    shares = str(published / "channel_contribution.parquet")
    duckdb.sql(f"select * from '{shares}' where code = '(unattributed)'").write_parquet(
        str(folder / "channel_contribution.parquet")
    )
    assert text_of(folder, "contribution").startswith("Nothing was seen before any of ")


def test_cases_whose_answers_nobody_tells_are_not_none_of_none(
    published: Path, tmp_path: Path
) -> None:
    published_or_skip(published, "fct_service_cases")
    folder = tmp_path / published.name
    shutil.copytree(published, folder)
    cases = str(published / "fct_service_cases.parquet")
    duckdb.sql(
        f"select * replace (cast(null as boolean) as is_first_response_in_sla) from '{cases}'"
    ).write_parquet(str(folder / "fct_service_cases.parquet"))
    said = text_of(folder, "service")
    assert "Whether any was answered in time cannot be told." in said
    assert "with a promise" not in said


def test_without_any_spend_the_page_says_so(published: Path, tmp_path: Path) -> None:
    published_or_skip(published, "channel_returns")
    folder = tmp_path / published.name
    shutil.copytree(published, folder)
    returns = str(published / "channel_returns.parquet")
    duckdb.sql(
        f"select * replace (cast(null as decimal(18, 2)) as cost) from '{returns}'"
    ).write_parquet(str(folder / "channel_returns.parquet"))
    told = [block.text for block in blocks(folder, "returns") if isinstance(block, Empty)]
    assert told == ["What was landed tells no spend, so there is nothing to hold earnings against."]


def test_scorecard(published: Path, ask) -> None:
    published_or_skip(published, "touchpoint_scorecard", "touchpoint_priorities")
    shown = figures(published, "scorecard", business_goal="growth", period=MONTH)
    found = ask(
        "select touch_count from touchpoint_scorecard where period_type = 'month' "
        "and period_start_date = date '2025-06-01'"
    )
    assert sorted(shown["scorecard_table"].frame["touch_count"]) == sorted(found["touch_count"])
    first = ask(
        "select priority_score from touchpoint_priorities where business_goal_code = 'growth' "
        "and period_type = 'month' and period_start_date = date '2025-06-01' order by priority_rank limit 15"
    )
    assert drawn(shown["priorities"]) == pytest.approx(first["priority_score"].tolist(), abs=1e-5)


def test_the_four_answers_are_those_of_the_mart(published: Path, ask) -> None:
    published_or_skip(published, "home_answers")
    said = text_of(published, "overview", period=MONTH)
    found = ask(
        "select * from home_answers where period_type = 'month' and period_start_date = date '2025-06-01'"
    )
    for row in found[found["figure"].notna()].itertuples():
        assert (
            f"{row.answer_name}: {100 * row.figure:.1f} % (2025-06; {row.numerator:,} of {row.denominator:,}"
            in said
        )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_question_that_nobody_can_answer_is_told_and_not_left_out(
    published: Path, tmp_path: Path, language: str
) -> None:
    published_or_skip(published, "home_answers")
    folder = tmp_path / published.name
    shutil.copytree(published, folder)
    whole = str(published / "home_answers.parquet")
    duckdb.sql(f"select * from '{whole}' where question_code <> 'conversion'").write_parquet(
        str(folder / "home_answers.parquet")
    )
    said = " ".join(
        block.text for block in blocks(folder, "overview", language) if isinstance(block, Finding)
    )
    wanted = {
        "en": "**Where they convert.** Too little data to say.",
        "zh": "**在哪转化。** 数据不足，暂无结论。",
    }
    assert wanted[language] in said


def test_effects(published: Path, ask) -> None:
    published_or_skip(published, "action_effects")
    found = ask("select verdict, effect_relative from action_effects")
    shown = figures(published, "effects")
    assert len(shown["effects_table"].frame) == len(found)
    if "effects_chart" in shown:
        points = shown["effects_chart"].option["series"][2]["data"]
        told = [100 * value for value in found["effect_relative"].dropna()]
        assert sorted(point["value"][0] for point in points) == pytest.approx(
            sorted(told), abs=1e-3
        )


# ---- refreshes and any relation --------------------------------------------------------------------------------------


def test_the_status_page_tells_the_refreshes_as_they_were_recorded(published: Path) -> None:
    newest_first = REFRESHES[::-1]
    found = figures(published, "status")
    steps = found["refresh_steps"]
    assert isinstance(steps, Figure)
    shown = [series["name"] for series in steps.option["series"]]
    names = {"build": "build and test"}
    # what takes no time is not drawn
    assert shown == ["ingest", "build and test", "publish", "freshness", "notify"]
    for step in ("ingest", "build", "publish", "freshness", "notify"):
        expected = [
            sum(seconds for name, _, seconds in its if name == step) for _, _, its in newest_first
        ]
        assert drawn(steps, shown.index(names.get(step, step))) == expected, step
    assert [entry["name"] for entry in steps.option["series"][0]["data"]] == [
        started[:16].replace("T", " ") for started, _, _ in newest_first
    ]
    listed = found["refreshes"].frame
    assert listed["outcome"].tolist() == ["done", "partly held", "failed", "done"]
    assert listed["run_seconds"].tolist() == [
        sum(seconds for _, _, seconds in its) for _, _, its in newest_first
    ]
    assert listed["landed_to_published_seconds"].tolist()[0] == DELAY
    assert listed["landed_to_published_seconds"].isna().tolist()[1:] == [True, True, True]
    assert listed["not_done"].tolist() == [
        "audit of loads: warned, freshness: sources late",
        "ingest: held",
        "build and test: failed",
        "",
    ]
    last = found["last_steps"].frame
    assert last["step_seconds"].tolist() == [seconds for _, _, seconds in newest_first[0][2]]
    said = text_of(published, "status")
    assert "2025-06-30 02:00 UTC and took 3.8 min: **done**" in said
    assert "1 of 4 refreshes failed" in said
    cards = {
        card.key: card.value
        for block in blocks(published, "status")
        if isinstance(block, Cards)
        for card in block.cards
    }
    assert cards["refresh"] == "done"
    assert cards["delay"] == "5.2 min"


def test_the_status_page_tells_loads_files_and_alerts(published: Path, ask) -> None:
    found = figures(published, "status")
    audits = ask("select * from load_audits")
    kept = audits[audits["is_newest"].astype(bool) | audits["status"].isin(["warn", "stop"])]
    assert len(found["audits"].frame) == min(len(kept), 200)
    keys = ["source_system", "source_table", "load_day", "reason_code"]
    same(
        found["audits"].frame.sort_values(keys)[[*keys, "received_count", "rejected_count"]],
        kept.sort_values(keys)[[*keys, "received_count", "rejected_count"]],
    )
    volumes = ask("select * from load_volumes order by source_system, source_table")
    same(
        found["volumes"].frame.sort_values(["source_system", "source_table"])[volumes.columns],
        volumes,
    )
    said = text_of(published, "status")
    unusual = int(volumes["status"].isin(["low", "high"]).sum())
    assert f"{unusual} of {len(volumes)} tables came in with an unusual volume" in said
    newest = audits[audits["is_newest"].astype(bool)]["status"]
    warned, stopped = int((newest == "warn").sum()), int((newest == "stop").sum())
    assert f"{warned} are beyond a limit that warns, {stopped} beyond one that stops" in said
    rejected = ask("select source_file from quarantined_records")["source_file"].value_counts()
    files = found["files"]
    labels = [entry["name"] for entry in files.option["series"][0]["data"]]
    assert dict(zip(labels, drawn(files), strict=True)) == rejected.head(20).to_dict() or {
        label: rejected[label] for label in labels
    } == dict(zip(labels, drawn(files), strict=True))
    ledger = ask("select * from file_ledger")
    outcomes = [name for name in ledger if name.endswith("_count") and name != "received_count"]
    # whatever may become of a record is shown
    assert files.frame[outcomes].sum(axis=1).tolist() == files.frame["received_count"].tolist()
    assert files.frame["received_count"].sum() == ledger["received_count"].sum()
    statuses = ask("select status from alerts")["status"]
    cards = {
        card.key: card.value
        for block in blocks(published, "status")
        if isinstance(block, Cards)
        for card in block.cards
    }
    assert cards["files"] == f"{len(ledger):,}"
    assert cards["alerts"] == f"{int((statuses != 'closed').sum()):,}"


def test_what_a_column_lacks_is_the_same_by_its_file_and_by_counting(published: Path, ask) -> None:
    told = 0
    for name in sorted(path.stem for path in published.glob("*.parquet")):
        every = ask(f'select * from "{name}"')
        absent = opened(published).absent(name)
        for column in every.columns:
            if column in absent:
                assert absent[column] == int(every[column].isna().sum()), (name, column)
                told += 1
            elif len(every):
                # of lists that are absent or empty somewhere the file does not say how many
                assert hasattr(every[column].dropna().iloc[0], "tolist"), (name, column)
    assert told > 500


def test_a_month_of_journeys_is_that_of_the_business_time_zone(published: Path, ask) -> None:
    journeys = ask("select started_at, channel_path from fct_journeys where goal_code = 'order'")
    local = journeys["started_at"].dt.tz_localize("UTC").dt.tz_convert(ZONE)
    assert (local.dt.month != journeys["started_at"].dt.month).any()
    for month in ("2024-12-01", MONTH):
        flows = figures(published, "journeys", period=month)["sankey"].frame
        begun = flows.loc[flows["from"].str.startswith("1 · "), "journeys"].sum()
        assert begun == int((local.dt.strftime("%Y-%m") == month[:7]).sum()), month


def test_without_a_history_the_status_page_says_so(published: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(published, tmp_path / "published.runs" / published.name)
    found = blocks(tmp_path / "published.runs" / published.name, "status")
    assert any("make refresh" in getattr(block, "text", "") for block in found)
    assert "files" in {getattr(block, "key", "") for block in found}


@pytest.mark.parametrize(
    ("mart", "chosen"),
    [
        ("funnel_steps", {"column_1": "funnel_code", "value_1": "order"}),
        (
            "fct_touchpoints",
            {
                "column_1": "channel_code",
                "value_1": "own_shop",
                "column_2": "is_conversion",
                "value_2": "true",
            },
        ),
        ("fct_orders", {"column_1": "ordered_date"}),
        ("dim_users", {"column_1": "gender", "value_1": "(unknown)"}),
        ("unreadable_values", {}),
        ("batch_quality", {}),
    ],
)
def test_details_of_any_relation(published: Path, ask, mart: str, chosen: dict[str, str]) -> None:
    found = figures(published, "details", mart=mart, **chosen)
    every = ask(f"select * from {mart}")
    rows = every
    texts = {
        name: ask(f"select cast({name} as varchar) as x from {mart}")["x"].fillna("(unknown)")
        for name in {chosen.get("column_1"), chosen.get("column_2")} - {None}
    }
    fits = pd.Series(True, index=every.index)
    for number in ("1", "2"):
        if f"value_{number}" in chosen:
            fits &= texts[chosen[f"column_{number}"]] == chosen[f"value_{number}"]
    rows = every[fits]
    said = text_of(published, "details", mart=mart, **chosen)
    assert f"{len(rows):,} of {len(every):,} rows fit the choices." in said
    columns = found["columns"].frame
    assert columns["column"].tolist() == list(every.columns)
    assert columns["filled"].tolist() == [int(rows[name].notna().sum()) for name in every.columns]
    assert all(columns["meaning"])
    for name, least, greatest in zip(
        columns["column"], columns["least"], columns["greatest"], strict=True
    ):
        values = rows[name].dropna()
        if least and pd.api.types.is_numeric_dtype(every[name]) and len(values):
            assert float(least) == pytest.approx(float(values.astype(float).min()))
            assert float(greatest) == pytest.approx(float(values.astype(float).max()))
        if every[name].dtype == object or pd.api.types.is_string_dtype(every[name]):
            # of texts no single value is told
            assert least == "" or str(every[name].dropna().iloc[0])[:1].isdigit()
    if len(rows):
        shown = found["rows"]
        assert len(shown.frame) == min(len(rows), 500)
        assert shown.more is not None
        assert len(shown.more()) == len(rows)
        assert list(shown.frame.columns) == list(every.columns)
    if "column_1" in chosen:
        others = pd.Series(True, index=every.index)
        if "value_2" in chosen:
            others &= texts[chosen["column_2"]] == chosen["value_2"]
        counted = Counter(texts[chosen["column_1"]][others])
        counts = found["counts"]
        assert isinstance(counts, Figure)
        labels = [entry["name"] for entry in counts.option["series"][0]["data"]]
        assert dict(zip(labels, drawn(counts), strict=True)) == {
            label: counted[label] for label in labels
        }
        assert sorted(counted.values(), reverse=True)[:20] == drawn(counts)
    else:
        assert "counts" not in found


def test_every_relation_can_be_looked_at_and_its_texts_are_safe_to_export(published: Path) -> None:
    from explorer.blocks import csv

    checked = 0
    for path in sorted(published.glob("*.parquet")):
        found = figures(published, "details", mart=path.stem)
        assert all(found["columns"].frame["meaning"]), path.stem
        if "rows" in found:
            head = csv(found["rows"].frame.head(50)).decode("utf-8-sig")
            assert not re.search(r"(?m)^[=+@]", head), path.stem
        checked += 1
    assert checked > 60


def test_every_chart_and_table_names_the_relations_that_it_is_made_from(published: Path) -> None:
    from explorer import origins

    for language in ("en", "zh"):
        for name in pages.NAMES:
            for key, block in figures(published, name, language).items():
                if key in ("refresh_steps", "refreshes", "last_steps"):
                    # of refreshes the history tells, which is no relation
                    assert "run_history" in block.definition
                    continue
                relations = re.findall(r"[a-z][a-z0-9_]+", block.definition)
                made_from = [its for its in relations if (published / f"{its}.parquet").is_file()]
                assert made_from, (language, name, key)
                drill = getattr(block, "drill", None)
                if drill is None or not drill.items:
                    continue
                rows = drill.rows(next(iter(drill.items.values()))).first(1)
                publication = opened(published)
                facts = origins.facts_of(made_from, publication)
                columns = origins.columns_of(block, rows)
                told = origins.meanings(publication, [*made_from, *facts], columns, {})
                catalogue = json.loads((published / "catalogue.json").read_text(encoding="utf-8"))
                for row in told.itertuples():
                    meaning = catalogue[row.mart]["columns"][row.column]["description"]
                    assert row.meaning == meaning
                assert len(told), (name, key)
