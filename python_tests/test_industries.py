"""Definitions of an industry: over a dataset whose systems are another's, and over what its own people ask."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from builds import PROJECT, Build, run_dbt
from oracles.definitions import seed

RELATIONS = ("build", "--resource-type", "model", "--resource-type", "seed")
ASKED = ("+batch_quality", "+fct_batch_complaints", "+funnel_steps", "+dim_touchpoints")

OTHERS = (
    "healthcare",
    "logistics",
    "education",
    "manufacturing",
)  # than retail, whose words are those of all
COMMON_TOPICS = {str(row["topic_code"]) for row in seed("topics", "all")}


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The retail sample with the definitions of manufacturing."""
    folder = Path(tmp_path_factory.mktemp("industry"))
    build = run_dbt(folder, (*RELATIONS, "-s", *ASKED), {"TOUCHPOINT_INDUSTRY": "manufacturing"})
    assert build.returncode == 0, build.output[-4000:]
    return build


@pytest.mark.slow
def test_marts_of_systems_that_are_absent_are_empty(elsewhere: Build) -> None:
    assert elsewhere.one("select count(*) from marts.batch_quality") == 0
    assert elsewhere.one("select count(*) from marts.fct_batch_complaints") == 0


@pytest.mark.slow
def test_the_industry_has_its_own_funnels_and_no_others(elsewhere: Build) -> None:
    rules = elsewhere.rows("select distinct funnel_code from intermediate.int_funnel_step_rules")
    own = {str(row["funnel_code"]) for row in seed("funnel_definitions", "manufacturing")}
    assert {code for (code,) in rules} == own
    assert "purchase" in own
    assert not own & {"basket", "repurchase", "care", "study", "parcel"}
    found = elsewhere.rows("select distinct funnel_code from marts.funnel_steps")
    assert {code for (code,) in found} <= own


@pytest.mark.slow
def test_touchpoints_are_those_of_the_industry_and_of_all(elsewhere: Build) -> None:
    found = elsewhere.rows("select touchpoint_code from marts.dim_touchpoints")
    assert {code for (code,) in found} == {
        str(row["touchpoint_code"]) for row in seed("touchpoints", "manufacturing")
    }


@pytest.mark.parametrize("industry", ["education", "manufacturing"])
def test_no_funnel_waits_for_a_payment_where_orders_are_paid_as_they_are_made(
    industry: str,
) -> None:
    """No record tells when an enrolment or a contract was paid: a step `pay` would lose every order that is paid."""
    steps = seed("funnel_step_definitions", industry)
    assert not [row["funnel_code"] for row in steps if row["interaction_type"] == "pay"]
    searches = [row["interaction_type"] for row in steps if row["funnel_code"] == "search"]
    assert searches == ["search", "view", "order"]


@pytest.mark.parametrize("industry", OTHERS)
def test_topics_and_categories_of_an_industry_are_those_that_its_keywords_name(
    industry: str,
) -> None:
    """Keywords of one industry may not count for what another alone has, and nothing is without keywords."""
    topics = {row["topic_code"] for row in seed("topics", industry)}
    assert {row["topic_code"] for row in seed("topic_rules", industry)} == topics
    categories = {row["category_code"] for row in seed("case_categories", industry)} - {"other"}
    named = {
        row["assigned_code"]
        for row in seed("case_rules", industry)
        if (row["assigns"], row["condition_type"]) == ("category", "keyword")
    }
    assert named == categories


@pytest.mark.parametrize("industry", OTHERS)
def test_tickets_of_an_industry_are_about_something_and_often_of_its_own(industry: str) -> None:
    """Subjects of its sample, by the keywords of the seeds."""
    own = {str(row["topic_code"]) for row in seed("topics", industry)} - COMMON_TOPICS
    keywords: dict[str, set[str]] = {}
    for row in seed("topic_rules", industry):
        keywords.setdefault(str(row["topic_code"]), set()).add(str(row["keyword"]))
    path = PROJECT / "demo" / "raw" / industry / "service" / "tickets.csv"
    with open(path, encoding="utf-8-sig", newline="") as file:
        subjects = [row["subject"] for row in csv.DictReader(file) if row["subject"].strip()]
    topics = [
        {topic for topic, words in keywords.items() if any(word in subject for word in words)}
        for subject in subjects
    ]
    assert len(subjects) > 50
    assert sum(bool(found) for found in topics) > 0.95 * len(subjects)
    assert sum(bool(found & own) for found in topics) > 0.3 * len(subjects)
