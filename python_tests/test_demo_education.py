"""The school's readers who never enrol, its path, and an action without effect, from the raw files."""

from __future__ import annotations

import pandas as pd
import pytest

from demo.education import industry
from demo_frames import ZONE, Dataset, make_small


@pytest.fixture(scope="module", params=[1, 2, 3])
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A dataset with the audience."""
    return make_small(tmp_path_factory, "education", request.param, is_null=False)


@pytest.fixture(scope="module", params=[1, 2, 3])
def null(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Its twin without."""
    return make_small(tmp_path_factory, "education", request.param, is_null=True)


def touches(data: Dataset) -> pd.DataFrame:
    """Person, what was done and when, of all that matters here."""
    reads = data.table("wechat_oa.interactions").query("interaction_type == 'article_read'")
    trials = data.table("crm.activities").query("activity_type == 'trial_lesson'")
    forms = data.table("website.events").query("event_name == 'form_submit'")
    enrolments = data.table("academic.enrolments").rename(columns={"enrolled_at": "event_time"})
    lessons = data.table("academic.lessons")
    lessons = lessons[lessons["attended"].isna() | lessons["attended"].eq(True)]
    parts = {"read": reads, "trial": trials, "form": forms, "lesson": lessons}
    parts["paid"] = enrolments[enrolments["status"].isin(["已缴费", "已退费"])]
    parts["unpaid"] = enrolments[~enrolments["status"].isin(["已缴费", "已退费"])]
    frames = [
        pd.DataFrame({"person": data.people(frame), "at": frame["event_time"], "what": what})
        for what, frame in parts.items()
    ]
    found = pd.concat(frames, ignore_index=True)
    assert found["person"].notna().all()
    return found


def audience(data: Dataset, found: pd.DataFrame) -> tuple[set[int], pd.Series]:
    """Who reads much of late and never enrols or tries; and all reads of those who never do."""
    until = pd.Timestamp(data.truth["args"]["until"]).tz_localize(ZONE) + pd.Timedelta(days=1)
    reads = found[found["what"] == "read"]
    others = set(found.loc[found["what"] != "read", "person"])
    idle = reads[~reads["person"].isin(others)]
    late = (
        idle[idle["at"] >= until - pd.Timedelta(days=industry.NEWS_DAYS)].groupby("person").size()
    )
    return set(late[late >= 5].index), idle.groupby("person").size()


def on_the_path(found: pd.DataFrame) -> int:
    """People with read, trial, paid enrolment, lesson, second paid enrolment in this order."""
    steps = found[found["what"].isin(["read", "trial", "paid", "lesson"])]
    count = 0
    for _, rows in steps.sort_values("at").groupby("person"):
        expected = ["read", "trial", "paid", "lesson", "paid"]
        for what in rows["what"]:
            if expected and what == expected[0]:
                expected.pop(0)
        count += not expected
    return count


def ratings(data: Dataset) -> dict[str, dict[str, int]]:
    """Ratings and satisfied ones by arm and period; truth.json must say the same."""
    lessons = data.table("academic.lessons").dropna(subset=["rating"])
    contacts = data.table("crm.contacts")
    region = pd.Series(contacts["region"].values, index=data.people(contacts))
    scenario = data.scenario(12)
    arms = {scenario["region"]: "treated", scenario["control_region"]: "control"}
    arm = data.people(lessons).map(region[~region.index.duplicated()])
    assert arm.notna().all()
    period = (lessons["event_time"] >= data.action_start).map({True: "after", False: "before"})
    lessons["cell"] = arm.map(arms).fillna("alike") + "_" + period
    cells = {
        cell: {"ratings": len(rows), "satisfied": int((rows["rating"] >= 4).sum())}
        for cell, rows in lessons.groupby("cell")
    }
    for cell, counts in cells.items():
        for measure, value in counts.items():
            assert scenario[f"{cell}_{measure}"] == value, (cell, measure)
    return cells


def assert_no_effect(data: Dataset) -> None:
    """80 % everywhere; as many complaints in each region, and about each subject."""
    cells = ratings(data)
    assert len(cells) == 6
    assert {counts["satisfied"] / counts["ratings"] for counts in cells.values()} == {0.8}
    tickets = data.table("service.tickets").query("is_complaint == True")
    by_region = tickets.groupby("region").size()
    assert by_region.nunique() == 1
    assert tickets.groupby(["region", "source_category"]).size().nunique() == 1
    assert data.scenario(12)["treated_complaints"] == by_region.iloc[0]


def test_readers_who_never_enrol_are_counted(planted: Dataset) -> None:
    """The audience, by name; nobody else who never enrols reads more than twice."""
    found = touches(planted)
    members, reads = audience(planted, found)
    scenario = planted.scenario(9)
    assert len(members) == scenario["count"]
    assert reads[reads.index.isin(members)].sum() == scenario["news_reads"]
    assert reads[~reads.index.isin(members)].max() <= 2
    assert members == {planted.person_of["openid", openid] for openid in scenario["members"]}


def test_the_path_is_counted(planted: Dataset) -> None:
    """Article, trial lesson, enrolment, lesson, renewal; and how many reach each step."""
    found = touches(planted)
    scenario = planted.scenario(9)
    assert on_the_path(found) == scenario["path_count"] > 0
    tried = set(found.loc[found["what"] == "trial", "person"])
    assert len(tried) == scenario["tried"]
    paid = tried & set(found.loc[found["what"] == "paid", "person"])
    assert len(paid) == scenario["enrolled"]
    assert len(paid & set(found.loc[found["what"] == "lesson", "person"])) == scenario["attended"]


def test_the_action_has_no_effect(planted: Dataset) -> None:
    """Nor do complaints gather anywhere."""
    assert_no_effect(planted)


def test_null_twin_has_no_audience(null: Dataset) -> None:
    """Nobody reads much of late without enrolling; nobody comes by an article."""
    found = touches(null)
    members, reads = audience(null, found)
    assert members == set()
    assert reads.max() <= 4
    assert on_the_path(found) == 0
    assert_no_effect(null)
