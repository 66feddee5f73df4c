"""What the semantic layer answers equals the marts: plain SQL for every metric, and the marts that say the same.

`make test-semantic`. A metric that no query here asks for fails the last test.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from builds import PROJECT
from conftest import Dataset, environment

METRICS = PROJECT / "models" / "semantic" / "_semantic__metrics.yml"
SATISFIED = "count(*) filter (where score_type = 'csat' and is_satisfied)"
CSAT = "nullif(count(score_scaled) filter (where score_type = 'csat'), 0)"
PROMOTERS = "count(*) filter (where nps_group = 'promoter')"
DETRACTORS = "count(*) filter (where nps_group = 'detractor')"
NPS = "nullif(count(score_scaled) filter (where score_type = 'nps'), 0)"
CES = "nullif(count(score_scaled) filter (where score_type = 'ces'), 0)"
PAID = "filter (where is_paid and not is_return)"
MONTH = "filter (where period_type = 'month')"
DAY = "filter (where period_type = 'day')"


@dataclass(frozen=True)
class Question:
    """A question to the semantic layer, and the same to a mart: by one group (key), an expression per metric."""

    mart: str
    key: str
    group: str
    answers: dict[str, str]
    where: str = ""
    condition: str = "true"


def named(code: str) -> Question:
    """A metric of metric_values, by month, over all channels."""
    return Question(
        "metric_values",
        "period_start_date",
        "metric_time__month",
        {code: f"sum(numerator) {MONTH} / nullif(sum(denominator) {MONTH}, 0)"},
        "{{ Dimension('metric_cell__channel_code') }} = '(all)'",
        f"metric_code = '{code}' and channel_code = '(all)' and period_type = 'month'",
    )


NAMED = [
    "visit_depth",
    "visit_depth_deep_share",
    "session_order_rate",
    "search_conversion",
    "search_conversion_any_order",
    "search_zero_result_rate",
    "search_conversion_zero_result",
    "engagement_rate",
    "engagement_rate_followers",
    "store_visit_conversion",
    "store_visit_conversion_all",
    "push_response",
    "push_target_rate",
    "push_holdout_rate",
    "consumption_frequency",
    "stickiness",
]
QUESTIONS = [
    Question(
        "fct_touchpoints",
        "channel_code",
        "channel",
        {"touchpoint_count": "count(*)", "touchpoint_person_count": "count(distinct user_id)"},
    ),
    Question(
        "fct_sessions",
        "channel_code",
        "channel",
        {
            "session_count": "count(*)",
            "bounce_count": "count(*) filter (where is_bounce)",
            "converting_session_count": "count(*) filter (where has_conversion)",
            "session_seconds": "sum(duration_seconds)",
            "bounce_rate": "count(*) filter (where is_bounce) / count(*)",
            "session_conversion": "count(*) filter (where has_conversion) / count(*)",
            "mean_session_seconds": "sum(duration_seconds) / count(*)",
        },
    ),
    Question(
        "fct_orders",
        "region",
        "order__region",
        {
            "order_count": "count(*) filter (where not is_return)",
            "paid_order_count": f"count(*) {PAID}",
            "buyer_count": f"count(distinct user_id) {PAID}",
            "gross_amount": f"sum(gross_amount) {PAID}",
            "net_amount": "sum(net_amount) filter (where is_paid or is_return)",
            "average_order_value": f"sum(gross_amount) {PAID} / nullif(count(*) {PAID}, 0)",
        },
    ),
    Question(
        "fct_satisfaction_scores",
        "touchpoint_code",
        "touchpoint_type",
        {
            "csat_answer_count": "count(score_scaled) filter (where score_type = 'csat')",
            "csat_satisfied_count": SATISFIED,
            "csat": f"{SATISFIED} / {CSAT}",
            "nps_answer_count": "count(score_scaled) filter (where score_type = 'nps')",
            "nps_promoter_count": PROMOTERS,
            "nps_detractor_count": DETRACTORS,
            "nps_promoter_share": f"{PROMOTERS} / {NPS}",
            "nps_detractor_share": f"{DETRACTORS} / {NPS}",
            "nps": f"({PROMOTERS} - {DETRACTORS}) / {NPS}",
            "ces_answer_count": "count(score_scaled) filter (where score_type = 'ces')",
            "ces_score_sum": "sum(1 + 6 * score_scaled) filter (where score_type = 'ces')",
            "ces": f"sum(1 + 6 * score_scaled) filter (where score_type = 'ces') / {CES}",
        },
    ),
    Question(
        "fct_service_cases",
        "category_code",
        "service_case__category_code",
        {
            "case_count": "count(*)",
            "complaint_case_count": "count(*) filter (where is_complaint)",
            "resolved_case_count": "count(*) filter (where is_resolved)",
            "reopened_case_count": "count(*) filter (where is_reopened)",
            "due_case_count": "count(is_first_response_in_sla)",
            "case_in_sla_count": "count(*) filter (where is_first_response_in_sla)",
            "median_answered_seconds": "median(first_response_seconds)",
            "complaint_case_share": "count(*) filter (where is_complaint) / count(*)",
            "resolved_case_share": "count(*) filter (where is_resolved) / count(*)",
            "first_response_in_sla": "count(*) filter (where is_first_response_in_sla)"
            " / nullif(count(is_first_response_in_sla), 0)",
        },
    ),
    Question(
        "fct_feedback_texts",
        "topic_code",
        "feedback_text__topic_code",
        {
            "text_count": "count(*)",
            "scored_text_count": "count(sentiment)",
            "sentiment_sum": "sum(sentiment)",
            "mean_sentiment": "avg(sentiment)",
        },
    ),
    Question(
        "fct_conversions",
        "goal_code",
        "conversion__goal_code",
        {"conversion_count": "count(*)", "conversion_value": "sum(value)"},
    ),
    Question(
        "fct_funnel_entries",
        "funnel_code",
        "funnel_entry__funnel_code",
        {
            "funnel_entry_count": "count(*)",
            "funnel_conversion_count": "count(*) filter (where is_converted)",
            "median_seconds_to_convert": "median(seconds_to_convert)",
            "mature_funnel_entry_count": "count(*) filter (where is_mature)",
            "mature_funnel_conversion_count": "count(*) filter (where is_converted and is_mature)",
            "funnel_conversion": "count(*) filter (where is_converted and is_mature)"
            " / count(*) filter (where is_mature)",
        },
    ),
    Question(
        "channel_contribution",
        "code",
        "contribution__code",
        {
            "contributed_conversions": f"sum(conversions) {MONTH}",
            "contributed_value": f"sum(value) {MONTH}",
        },
        "{{ Dimension('contribution__goal_code') }} = 'order'"
        " and {{ Dimension('contribution__level') }} = 'channel'"
        " and {{ Dimension('contribution__model_code') }} = 'linear'",
        "goal_code = 'order' and level = 'channel' and model_code = 'linear'",
    ),
    Question(
        "channel_returns",
        "channel_code",
        "channel",
        {
            "spend": "sum(cost)",
            "earned_value": "sum(value)",
            "earned_conversions": "sum(conversions)",
            "return_on_spend": "sum(value) / nullif(sum(cost), 0)",
        },
        "{{ Dimension('spend_cell__goal_code') }} = 'order'"
        " and {{ Dimension('spend_cell__model_code') }} = 'last'",
        "goal_code = 'order' and model_code = 'last'",
    ),
    Question(
        "feedback_rates",
        "touchpoint_code",
        "touchpoint_type",
        {
            "delivered_invitation_count": f"sum(delivered_count) {DAY}",
            "answered_invitation_count": f"sum(answered_count) {DAY}",
            "feedback_rate": f"sum(answered_count) {DAY} / nullif(sum(delivered_count) {DAY}, 0)",
        },
    ),
    *(
        Question(
            "repurchase_cohorts",
            "cohort_month_date",
            "metric_time__month",
            {
                f"repurchase_rate_{days}": "sum(repurchasers) filter (where is_mature)"
                " / nullif(sum(buyers) filter (where is_mature), 0)"
            },
            condition=f"window_days = {days}",
        )
        for days in (30, 90, 180)
    ),
    Question(
        "repurchase_cohorts",
        "window_days",
        "repurchase_cohort__window_days",
        {
            "matured_buyer_count": "sum(buyers) filter (where is_mature)",
            "repurchaser_count": "sum(repurchasers) filter (where is_mature)",
        },
    ),
    Question(
        "metric_values",
        "metric_code",
        "metric_cell__metric_code",
        {
            "metric_numerator": f"sum(numerator) {MONTH}",
            "metric_denominator": f"sum(denominator) {MONTH}",
        },
    ),
    *(named(code) for code in NAMED),
]
ASKED_OTHERWISE = {"push_incremental"}


@pytest.fixture(scope="session")
def metricflow(tmp_path_factory: pytest.TempPathFactory, built: Dataset) -> Path:
    """A project folder of the tests' own, parsed, whose build is the sample's: MetricFlow reads target/ beside it."""
    folder = tmp_path_factory.mktemp("project")
    for path in PROJECT.iterdir():
        if path.name not in ("target", "logs") and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    run(folder, built, "dbt", "--quiet", "parse")
    return folder


def run(folder: Path, built: Dataset, command: str, *arguments: str) -> str:
    """Run a command of the environment in the folder."""
    settings = environment(built.folder, raw_root=str(PROJECT / "demo" / "raw" / "retail"))
    settings = {k: v for k, v in settings.items() if k not in ("DBT_TARGET_PATH", "DBT_LOG_PATH")}
    done = subprocess.run(
        [str(Path(sys.executable).parent / command), *arguments],
        cwd=folder,
        env={
            **settings,
            "DBT_PROJECT_DIR": str(folder),
            "DBT_PROFILES_DIR": str(folder),
            "TOUCHPOINT_DATABASE": str(built.database),
            "TOUCHPOINT_ACCESS_MODE": "read_only",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


def told(folder: Path, built: Dataset, question: Question) -> dict[str, tuple]:
    """What the semantic layer answers, by group."""
    file = folder / f"answer_{os.getpid()}.csv"
    where = ["--where", question.where] if question.where else []
    run(
        folder,
        built,
        "mf",
        "query",
        "--metrics",
        ",".join(question.answers),
        "--group-by",
        question.group,
        *where,
        "--decimals",
        "9",
        "--csv",
        str(file),
    )
    with open(file, encoding="utf-8", newline="") as answer:
        rows = list(csv.DictReader(answer))
    return {
        row[question.group][:10]
        if question.group.startswith("metric_time")
        else row[question.group]: tuple(
            float(row[name]) if row[name] else None for name in question.answers
        )
        for row in rows
    }


def expected(built: Dataset, question: Question) -> dict[str, tuple]:
    """What plain SQL over the mart answers."""
    columns = ", ".join(question.answers.values())
    sql = f"""
        select coalesce(cast({question.key} as varchar), ''), {columns}
        from marts.{question.mart} where {question.condition} group by 1
    """
    return {
        key: tuple(None if value is None else float(value) for value in values)
        for key, *values in built.rows(sql)
    }


def present(answers: dict[str, tuple]) -> dict[str, tuple]:
    """Groups of which anything is known: the semantic layer may leave the others out, or show them empty."""
    return {
        key: values for key, values in answers.items() if any(value is not None for value in values)
    }


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: f"{q.mart}-{next(iter(q.answers))}")
def test_metrics_are_what_the_mart_says(
    metricflow: Path, built: Dataset, question: Question
) -> None:
    found = present(told(metricflow, built, question))
    wanted = present(expected(built, question))
    assert wanted, "the sample holds nothing of it"
    assert found.keys() == wanted.keys()
    for key, values in wanted.items():
        for name, one, other in zip(question.answers, found[key], values, strict=True):
            assert (one or 0) == pytest.approx(other or 0, abs=1e-6, rel=1e-8), (key, name)


def test_csat_and_nps_of_touchpoints_are_those_of_their_mart(
    metricflow: Path, built: Dataset
) -> None:
    """The mart's counts of all time over its channels and regions give the same rates."""
    question = Question("", "", "touchpoint_type", {"csat": "", "nps": ""})
    found = present(told(metricflow, built, question))
    wanted = built.rows("""
        select
            touchpoint_code,
            sum(csat_satisfied_count) / nullif(sum(csat_response_count), 0),
            (sum(nps_promoter_count) - sum(nps_detractor_count)) / nullif(sum(nps_response_count), 0)
        from marts.touchpoint_satisfaction where period_type = 'all' group by 1
    """)
    for code, csat, nps in wanted:
        if csat or nps:
            assert found[code][0] == (None if csat is None else pytest.approx(csat, abs=1e-6))
            assert found[code][1] == (None if nps is None else pytest.approx(nps, abs=1e-6))


def test_the_increment_of_pushes_is_the_difference(metricflow: Path, built: Dataset) -> None:
    names = ["push_incremental", "push_target_rate", "push_holdout_rate"]
    where = "{{ Dimension('metric_cell__channel_code') }} = '(all)'"
    question = Question("", "", "metric_cell__channel_code", dict.fromkeys(names, ""), where)
    ((more, treated, held_out),) = told(metricflow, built, question).values()
    assert more == pytest.approx(treated - held_out, abs=1e-6)


def test_every_metric_is_asked_for() -> None:
    written = {
        metric["name"] for metric in yaml.safe_load(METRICS.read_text(encoding="utf-8"))["metrics"]
    }
    asked = {name for question in QUESTIONS for name in question.answers}
    assert written == asked | ASKED_OTHERWISE


def test_saved_queries_run(metricflow: Path, built: Dataset) -> None:
    path = PROJECT / "models" / "semantic" / "_semantic__saved_queries.yml"
    for saved in yaml.safe_load(path.read_text(encoding="utf-8"))["saved_queries"]:
        answer = run(metricflow, built, "mf", "query", "--saved-query", saved["name"])
        assert "Success" in answer
