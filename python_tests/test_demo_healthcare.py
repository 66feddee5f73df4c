"""The scenarios of healthcare, counted again from the raw files: for three seeds, and their null twins."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from pathlib import Path

import pytest

from demo import generate
from recounts import DAY, SHANGHAI, Recount, read_moment, recount

# that of the committed sample, and two that `make test-slow` makes
SEEDS = ["20250630", *(pytest.param(seed, marks=pytest.mark.slow) for seed in ("1", "2"))]
PEOPLE = "3000"


@dataclass
class Patient:
    """What the raw files tell of one person, every list in order of time."""

    reads: list[float]
    consults: list[float]
    booked: list[float]
    visited: list[float]
    ads: list[float]
    touches: list[float]
    region: str | None = None


def patients_of(found: Recount) -> dict[int, Patient]:
    """Everybody with an identifier."""
    people: dict[int, Patient] = defaultdict(lambda: Patient([], [], [], [], [], []))

    def of(record: dict) -> Patient:
        return people[found.person(record)]

    for record in found.accepted["wechat_oa.interactions"]:
        at = read_moment(record["event_time"])
        of(record).touches.append(at)
        if record["interaction_type"] == "article_read":
            of(record).reads.append(at)
    for name in ("app.events", "mini_program.events"):
        for record in found.accepted[name]:
            at = read_moment(record["event_time"])
            of(record).touches.append(at)
            if record["event_name"] == "consult":
                of(record).consults.append(at)
    for record in found.accepted["website.events"]:
        at = read_moment(record["event_time"])
        if record["utm_medium"] == "cpc" and record["utm_campaign"]:
            of(record).ads.append(at)
        else:
            of(record).touches.append(at)
    for record in found.accepted["his.appointments"]:
        patient = of(record)
        patient.region = record["region"] or patient.region
        patient.booked.append(read_moment(record["booked_at"]))
        if record["status"] == "visited":
            patient.visited.append(read_moment(record["visit_at"]))
    for patient in people.values():
        for moments in vars(patient).values():
            if isinstance(moments, list):
                moments.sort()
    return people


def starts(found: Recount) -> dict[str, float]:
    """The first moment of each action."""
    return {
        action["action_id"]: read_moment(str(action["starts_on"]))
        for action in found.accepted["operations.actions"]
    }


def funnel(found: Recount) -> dict[str, int]:
    """Scenario 5 by its definition in the truth."""
    since = starts(found)["HC-CONSULT"]
    told = found.truth["scenarios"]["5"]
    names = {told["treated_region"]: "treated", told["control_region"]: "control"}
    counts: dict[str, int] = defaultdict(int)
    for patient in patients_of(found).values():
        if not patient.reads:
            continue
        read = patient.reads[0]
        booked = [at for at in patient.booked if read < at <= read + 30 * DAY]
        if not booked:
            continue
        cell = names.get(patient.region, "others") + ("_after" if read >= since else "_before")
        counts[cell] += 1
        counts[f"{cell}_consulted"] += any(
            booked[0] < at <= read + 30 * DAY for at in patient.consults
        )
    return dict(counts)


def follow_ups(found: Recount) -> dict[str, int]:
    """Scenario 6 by its definition in the truth."""
    since = starts(found)["HC-FOLLOW-UP-CSAT"]
    told = found.truth["scenarios"]["6"]
    last = read_moment(found.truth["args"]["until"] + " 23:59:59")
    names = {told["treated_region"]: "treated", told["control_region"]: "control"}
    scores = defaultdict(list)
    for record in found.accepted["his.follow_ups"]:
        if record["score"]:
            scores[found.person(record)].append(int(record["score"]))
    counts: dict[str, int] = defaultdict(int)
    for person, patient in patients_of(found).items():
        if not patient.visited or patient.region not in names:
            continue
        if patient.visited[0] >= last - 19 * DAY:
            continue
        cell = names[patient.region] + ("_after" if patient.visited[0] >= since else "_before")
        counts[f"{cell}_visited"] += 1
        counts[f"{cell}_returned"] += len(patient.visited) > 1
        counts[f"{cell}_rated"] += len(scores[person])
        counts[f"{cell}_good"] += sum(score >= 4 for score in scores[person])
    return dict(counts)


def csat(found: Recount) -> list[tuple[float, str, bool, int]]:
    """Every CSAT score: moment, touchpoint, whether it satisfies, person."""
    result = []
    for record in found.accepted["survey.responses"]:
        if record["survey_type"] == "csat":
            at = read_moment(record["answered_at"])
            name = record["touchpoint_code"] or "overall"
            result.append((at, name, int(record["score"]) >= 4, found.person(record)))
    for table, column, name in (
        ("hotline.calls", "ended_at", "hotline_call"),
        ("service.tickets", "rated_at", "service_ticket"),
        ("his.follow_ups", "done_at", "his_follow_up"),
    ):
        value = "score" if table == "his.follow_ups" else "rating"
        for record in found.accepted[table]:
            if record[value]:
                at = read_moment(record[column])
                result.append((at, name, int(record[value]) >= 4, found.person(record)))
    return result


def two_months(found: Recount) -> dict[str, int]:
    """Scenario 11: the month in which the hotline is better, and the one before."""
    scores = [(datetime.fromtimestamp(at, SHANGHAI), name, ok) for at, name, ok, _ in csat(found)]
    after = datetime.fromisoformat(found.truth["scenarios"]["11"]["month"])
    before = after - timedelta(days=1)
    counts: dict[str, int] = defaultdict(int)
    for when, first in (("before", before), ("after", after)):
        month = (first.year, first.month)
        for at, name, ok in scores:
            if (at.year, at.month) != month:
                continue
            short = {"hotline_call": "hotline", "service_ticket": "tickets"}.get(name)
            for key in ["all", short] if short else ["all"]:
                counts[f"{key}_{when}"] += 1
                counts[f"{key}_{when}_satisfied"] += ok
    return dict(counts)


def told_counts(found: Recount, number: str, like: dict[str, int]) -> dict[str, int]:
    """The same counts as the truth tells them."""
    return {key: found.truth["scenarios"][number][key] for key in like}


def share(counts: dict[str, int], part: str, whole: str) -> float:
    """A share of two counts."""
    return counts[part] / counts[whole]


def make(seed: str, root: Path, *more: str) -> Recount:
    """A dataset of one seed, counted again."""
    arguments = ["--industry", "healthcare", "--people", PEOPLE, "--seed", seed, *more]
    generate.main([*arguments, "--workers", "1", "--out", str(root)])
    return recount(root)


@pytest.fixture(scope="module", params=SEEDS)
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recount:
    """What is planted, three times."""
    return make(request.param, tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module", params=SEEDS)
def null(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recount:
    """Twins without it."""
    return make(request.param, tmp_path_factory.mktemp("null"), "--null")


def test_scenario_5_four_of_five_are_lost_at_the_consultation(planted: Recount) -> None:
    """To the person; and 1.3 times as many get through where it was repaired."""
    counts = funnel(planted)
    assert counts == told_counts(planted, "5", counts)
    for cell in ("treated_before", "control_before", "others_before", "control_after"):
        assert 5 * counts[f"{cell}_consulted"] == counts[cell]
    before = share(counts, "treated_before_consulted", "treated_before")
    after = share(counts, "treated_after_consulted", "treated_after")
    assert after == pytest.approx(1.3 * before, abs=1e-12)


def test_scenario_5_null_twin_loses_a_fifth_before_and_after(null: Recount) -> None:
    """Everywhere."""
    counts = funnel(null)
    assert counts == told_counts(null, "5", counts)
    for cell in ("treated", "control", "others"):
        for when in ("before", "after"):
            consulted = counts[f"{cell}_{when}_consulted"]
            assert consulted == pytest.approx(0.8 * counts[f"{cell}_{when}"], abs=1)


def test_scenario_6_repaired_calls_please_and_bring_people_back(planted: Recount) -> None:
    """Counted as told; the difference in differences is well above 0."""
    counts = follow_ups(planted)
    assert counts == told_counts(planted, "6", counts)
    assert difference(counts, "good", "rated") > 0.35
    assert difference(counts, "returned", "visited") > 0.05


def test_scenario_6_null_twin_stays_as_it_is(null: Recount) -> None:
    """No difference beyond chance (four standard errors), and calls as good as the rest."""
    counts = follow_ups(null)
    assert counts == told_counts(null, "6", counts)
    for part, whole in (("good", "rated"), ("returned", "visited")):
        cells = [counts[f"{arm}_{when}_{whole}"] for arm in ARMS for when in PERIODS]
        error = sqrt(sum(0.25 / cell for cell in cells))
        assert abs(difference(counts, part, whole)) < 4 * error


ARMS, PERIODS = ("treated", "control"), ("before", "after")


def difference(counts: dict[str, int], part: str, whole: str) -> float:
    """Difference in differences of a share."""
    rates = {
        (arm, when): share(counts, f"{arm}_{when}_{part}", f"{arm}_{when}_{whole}")
        for arm in ARMS
        for when in PERIODS
    }
    changes = [rates[arm, "after"] - rates[arm, "before"] for arm in ARMS]
    return changes[0] - changes[1]


def test_scenario_6_follow_up_calls_satisfy_least_before_the_repair(planted: Recount) -> None:
    """Of all touchpoints."""
    since = starts(planted)["HC-FOLLOW-UP-CSAT"]
    rates = csat_by_touchpoint([score for score in csat(planted) if score[0] < since])
    assert min(rates, key=rates.get) == "his_follow_up"
    assert rates["his_follow_up"] < 0.8 * sorted(rates.values())[1]


def test_scenario_6_null_twin_has_no_worst_touchpoint_in_follow_ups(null: Recount) -> None:
    """Something else is as bad, or worse."""
    rates = csat_by_touchpoint(csat(null))
    assert rates["his_follow_up"] > 0.95 * sorted(rates.values())[1]


def csat_by_touchpoint(scores: list[tuple[float, str, bool, int]]) -> dict[str, float]:
    """The share of the satisfied by touchpoint."""
    answers = defaultdict(list)
    for _, name, ok, _ in scores:
        answers[name].append(ok)
    return {name: sum(found) / len(found) for name, found in answers.items()}


def returns_by_answer(found: Recount, touchpoint: str) -> tuple[float, float]:
    """How many of those who had it good come back, and the same of the others."""
    patients = patients_of(found)
    groups: dict[bool, list[bool]] = {True: [], False: []}
    for _, name, ok, person in csat(found):
        if name == touchpoint and patients[person].visited:
            groups[ok].append(len(patients[person].visited) > 1)
    return tuple(sum(group) / len(group) for group in (groups[True], groups[False]))


def overall_by_answer(found: Recount, touchpoint: str) -> float:
    """By how much more of those who had it good are satisfied with everything."""
    overall = {person: ok for _, name, ok, person in csat(found) if name == "overall"}
    groups: dict[bool, list[bool]] = {True: [], False: []}
    for _, name, ok, person in csat(found):
        if name == touchpoint and person in overall:
            groups[ok].append(overall[person])
    high, low = (sum(group) / max(1, len(group)) for group in (groups[True], groups[False]))
    return high - low


def test_scenario_4_the_consultation_drives_and_advertising_does_not(planted: Recount) -> None:
    """Return visits and the overall score; people answer before they come back."""
    drives = {
        name: returns_by_answer(planted, name)
        for name in ("mini_program_consultation", "his_follow_up", "website_visit")
    }
    gaps = {name: high - low for name, (high, low) in drives.items()}
    assert gaps["mini_program_consultation"] > 0.2
    assert gaps["mini_program_consultation"] > gaps["his_follow_up"] > gaps["website_visit"]
    assert abs(gaps["website_visit"]) < 0.2
    assert overall_by_answer(planted, "mini_program_consultation") > 0.25
    counts = {
        f"consultation_{word}": planted.truth["scenarios"]["4"][f"consultation_{word}"]
        for word in ("high", "low", "high_returned", "low_returned")
    }
    rates = [
        counts[f"consultation_{word}_returned"] / counts[f"consultation_{word}"]
        for word in ("high", "low")
    ]
    assert rates[0] - rates[1] > 0.2


def test_scenario_4_null_twin_has_no_driver(null: Recount) -> None:
    """Who had it good comes back no more often."""
    for name in ("mini_program_consultation", "his_follow_up"):
        high, low = returns_by_answer(null, name)
        assert abs(high - low) < 0.15
    assert abs(overall_by_answer(null, "mini_program_consultation")) < 0.15


def ads_first_and_last(found: Recount) -> tuple[float, float, int]:
    """Of first bookings: the share in which an ad is first and in which it is last, of 30 days."""
    first = last = booked = 0
    for patient in patients_of(found).values():
        if not patient.booked:
            continue
        booked += 1
        low, high = patient.booked[0] - 30 * DAY, patient.booked[0]
        moments = [(at, "ad") for at in patient.ads if low <= at < high]
        moments += [(at, "other") for at in patient.touches if low <= at < high]
        if moments:
            first += min(moments)[1] == "ad"
            last += max(moments)[1] == "ad"
    return first / booked, last / booked, booked


def test_scenario_4_advertising_is_first_and_hardly_ever_last(planted: Recount) -> None:
    """It assists."""
    first, last, booked = ads_first_and_last(planted)
    assert first > 0.5
    assert last < 0.03
    assert booked == planted.truth["scenarios"]["4"]["booked"]


def test_scenario_4_null_twin_has_advertising_anywhere(null: Recount) -> None:
    """Last as well as first."""
    _, last, _ = ads_first_and_last(null)
    assert last > 0.1


def test_scenario_11_the_hotline_rises_and_the_total_stands_still(planted: Recount) -> None:
    """Counted as told; the total moves by less than half a point."""
    counts = two_months(planted)
    assert counts == told_counts(planted, "11", counts)
    rises = [share(counts, f"hotline_{when}_satisfied", f"hotline_{when}") for when in PERIODS]
    totals = [share(counts, f"all_{when}_satisfied", f"all_{when}") for when in PERIODS]
    assert rises[1] - rises[0] > 0.12
    assert abs(totals[1] - totals[0]) < 0.005


def test_scenario_11_null_twin_has_a_hotline_as_before(null: Recount) -> None:
    """The same counts in both months."""
    counts = two_months(null)
    assert counts == told_counts(null, "11", counts)
    for name in ("hotline", "hotline_satisfied"):
        key = name.replace("hotline", "hotline_{}", 1)
        assert counts[key.format("before")] == counts[key.format("after")]


def test_actions_name_the_regions_of_the_truth(planted: Recount) -> None:
    """What the truth calls treated is what the action says."""
    for action in planted.accepted["operations.actions"]:
        number = "5" if action["action_id"] == "HC-CONSULT" else "6"
        told = planted.truth["scenarios"][number]
        assert str(action["starts_on"])[:10] == told["action_day"]
        assert action["treated_segment"] == told["treated_region"]
        assert action["control_segment"] == told["control_region"]
