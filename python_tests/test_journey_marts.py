"""The marts of journeys, and what advertising returned, against plain counts over the oracle's journeys."""

from __future__ import annotations

import hashlib
import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from builds import Build
from oracles.cases import assert_same, both, case_of, random_case
from oracles.credits import shares_of
from oracles.funnels import wilson
from oracles.journeys import Journey, Step
from oracles.landing import as_id

PATH_LEVELS = ("channel", "touchpoint")
MIN_SAMPLE = 30


def id_of_path(codes: Sequence[str]) -> str:
    """The first half of the MD5 of the path's JSON, less one bit."""
    text = json.dumps(list(codes), ensure_ascii=False, separators=(",", ":"))
    return f"{int(hashlib.md5(text.encode()).hexdigest()[:16], 16) >> 1:016x}"


def codes_of(journey: Journey, level: str) -> tuple[str, ...]:
    """The path of a journey."""
    return tuple(step.code for step in journey.steps[level])


def conversion_id(journey: Journey) -> str | None:
    """The id of the conversion that a journey ended in."""
    return f"{journey.goal}:{as_id(journey.conversion.key)}" if journey.conversion else None


@both
def test_every_journey_is_the_oracles(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = {
        journey.id: {
            "user_id": as_id(journey.person),
            "goal_code": journey.goal,
            "journey_status": journey.status,
            "started_at": journey.steps["touchpoint"][0].at,
            "ended_at": journey.at,
            "is_converted": journey.conversion is not None,
            "conversion_id": conversion_id(journey),
            "value": journey.conversion.value if journey.conversion else None,
            "step_count": len(journey.steps["touchpoint"]),
            "path_id": id_of_path(codes_of(journey, "touchpoint")),
            "channel_path_id": id_of_path(codes_of(journey, "channel")),
            "channel_path": list(codes_of(journey, "channel")),
            "touchpoint_path": list(codes_of(journey, "touchpoint")),
        }
        for journey in case.world.journeys
    }
    rows = case.rows("select * from marts.fct_journeys")
    assert_same({row.pop("journey_id"): row for row in rows}, wanted)
    assert {row["journey_status"] for row in wanted.values()} == {"converted", "lapsed", "open"}


@both
def test_every_step_of_every_journey_is_the_oracles(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = {
        (journey.id, number): (as_id(step.key), step.code, step.at)
        for journey in case.world.journeys
        for number, step in enumerate(journey.steps["touchpoint"], 1)
    }
    rows = case.rows("select * from marts.fct_journey_steps")
    found = {
        (row["journey_id"], row["step_number"]): (
            row["touchpoint_id"],
            row["touchpoint_code"],
            row["occurred_at"],
        )
        for row in rows
    }
    assert len(found) == len(rows)
    assert_same(found, wanted)


@both
def test_every_path_is_counted(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    grouped: dict[tuple[str, str, tuple[str, ...]], list[Journey]] = defaultdict(list)
    for journey in case.world.journeys:
        for level in PATH_LEVELS:
            grouped[journey.goal, level, codes_of(journey, level)].append(journey)
    totals = Counter(journey.goal for journey in case.world.journeys)
    wanted = {}
    for (goal, level, path), journeys in grouped.items():
        won = [j for j in journeys if j.conversion is not None]
        hours = [
            (j.conversion.at - j.steps["touchpoint"][0].at).total_seconds() / 3600
            for j in won
            if j.conversion
        ]
        ended = sum(journey.status != "open" for journey in journeys)
        low, high = wilson(len(won), ended) if ended >= MIN_SAMPLE else (None, None)
        wanted[goal, level, id_of_path(path)] = {
            "path": list(path),
            "journey_count": len(journeys),
            "converted_count": len(won),
            "open_count": len(journeys) - ended,
            "value": sum((j.conversion.value for j in won if j.conversion), Decimal(0)),
            "share_of_journeys": len(journeys) / totals[goal],
            "conversion_rate": len(won) / ended if ended >= MIN_SAMPLE else None,
            "conversion_rate_low": low,
            "conversion_rate_high": high,
            "median_hours_to_convert": statistics.median(hours) if hours else None,
            "is_suppressed": ended < MIN_SAMPLE,
        }
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select goal_code, level, path_id, {columns} from marts.journey_paths")
    keys = ("goal_code", "level", "path_id")
    assert_same({tuple(row.pop(key) for key in keys): row for row in rows}, wanted)


def ways_of(journey: Journey, level: str) -> Iterator[tuple[str, str, float | None, bool]]:
    """From, to, seconds between and whether the way is still open, for each two steps of a journey that follow."""
    steps = journey.steps[level]
    yield "(start)", steps[0].code, None, False
    for before, after in pairwise(steps):
        yield before.code, after.code, (after.at - before.at).total_seconds(), False
    if journey.conversion:
        seconds = (journey.conversion.at - steps[-1].at).total_seconds()
        yield steps[-1].code, "(converted)", seconds, False
    else:
        yield steps[-1].code, "(exit)", None, journey.status == "open"


@both
def test_every_transition_is_counted(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    seconds: dict[tuple[str, ...], list[float]] = defaultdict(list)
    people: dict[tuple[str, ...], set[int]] = defaultdict(set)
    counts: Counter[tuple[str, ...]] = Counter()
    still_open: Counter[tuple[str, ...]] = Counter()
    departures: Counter[tuple[str, ...]] = Counter()
    for journey in case.world.journeys:
        for level in PATH_LEVELS:
            for before, after, between, is_open in ways_of(journey, level):
                key = (journey.goal, level, before, after)
                counts[key] += 1
                still_open[key] += is_open
                departures[key[:3]] += 1
                people[key].add(journey.person)
                if between is not None:
                    seconds[key].append(between)
    wanted = {
        key: {
            "transition_count": count,
            "open_count": still_open[key],
            "user_count": len(people[key]),
            "transition_share": count / departures[key[:3]],
            "median_seconds_between": statistics.median(seconds[key]) if seconds[key] else None,
        }
        for key, count in counts.items()
    }
    rows = case.rows("select * from marts.journey_transitions")
    keys = ("goal_code", "level", "from_code", "to_code")
    assert_same({tuple(row.pop(key) for key in keys): row for row in rows}, wanted)


@both
def test_every_handover_is_counted(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    channels = {
        row["conversion_id"]: row["channel_code"]
        for row in case.rows("select conversion_id, channel_code from marts.fct_conversions")
    }
    led: dict[tuple[str, str, str], list[Journey]] = defaultdict(list)
    for journey in case.world.journeys:
        if journey.status == "open":
            continue
        codes = [*codes_of(journey, "channel")]
        if journey.conversion:
            codes.append(channels[str(conversion_id(journey))])
        for before, after in set(pairwise(codes)):
            if before != after:
                led[journey.goal, before, after].append(journey)
    wanted = {}
    for key, journeys in led.items():
        won = [j for j in journeys if j.conversion]
        people = len({j.person for j in journeys})
        buyers = len({j.person for j in won})
        wanted[key] = {
            "journey_count": len(journeys),
            "user_count": people,
            "converted_user_count": buyers,
            "conversion_count": len(won),
            "value": sum((j.conversion.value for j in won if j.conversion), Decimal(0)),
            "conversion_rate": buyers / people if people >= MIN_SAMPLE else None,
        }
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(
        f"select goal_code, from_channel_code, to_channel_code, {columns} from marts.channel_handovers"
    )
    keys = ("goal_code", "from_channel_code", "to_channel_code")
    assert_same({tuple(row.pop(key) for key in keys): row for row in rows}, wanted)


@both
def test_concentration_is_that_of_the_paths(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    counts: dict[tuple[str, str, bool], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for journey in case.world.journeys:
        for level in PATH_LEVELS:
            codes = codes_of(journey, level)
            collapsed = tuple(
                code for place, code in enumerate(codes) if place == 0 or code != codes[place - 1]
            )
            counts[journey.goal, level, False][codes] += 1
            counts[journey.goal, level, True][collapsed] += 1
    wanted = {}
    for key, paths in counts.items():
        total = paths.total()
        most = [count for _, count in paths.most_common(5)]
        wanted[key] = {
            "path_count": len(paths),
            "journey_count": total,
            "concentration": sum((count / total) ** 2 for count in paths.values()),
            "top_1_share": most[0] / total,
            "top_5_share": sum(most) / total,
        }
    rows = case.rows("select * from marts.path_concentrations")
    keys = ("goal_code", "level", "is_collapsed")
    assert_same({tuple(row.pop(key) for key in keys): row for row in rows}, wanted)


@both
def test_credits_of_touchpoints_add_up_to_what_channels_and_campaigns_return(
    dataset: str, built: Build
) -> None:
    """Three readings of one thing: fct_touchpoint_credits, channel_returns, and channel_contribution by touchpoint."""
    case = case_of(dataset, built)
    told = {
        (row["goal_code"], row["model_code"]): (row["conversions"], row["value"])
        for row in case.rows(
            "select goal_code, model_code, sum(credit) as conversions, sum(value) as value"
            " from marts.fct_touchpoint_credits where touchpoint_id is not null group by all"
        )
    }
    for sql in (
        "select goal_code, model_code, sum(conversions) as conversions, sum(value) as value"
        " from marts.channel_returns group by all"
        " having sum(conversions) > 0",
        "select goal_code, model_code, sum(conversions) as conversions, sum(value) as value"
        " from marts.channel_contribution where level = 'touchpoint' and period_type = 'all'"
        " and code <> '(unattributed)' and removal_effect is null and model_code <> 'shapley_set' group by all",
    ):
        found = {
            (row["goal_code"], row["model_code"]): (row["conversions"], row["value"])
            for row in case.rows(sql)
        }
        assert_same(found, told)
    (spent,) = case.rows(
        "select sum(cost) as cost from marts.channel_returns"
        " where goal_code = 'order' and model_code = 'linear'"
    )
    (paid,) = case.rows("select sum(cost) as cost from intermediate.int_ad_spend_converted")
    assert spent["cost"] == paid["cost"]


@both
def test_credits_of_touchpoints_are_the_oracles(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = {}
    for journey in case.world.journeys:
        if journey.conversion is None:
            continue
        steps: list[Step] = journey.steps["touchpoint"]
        cents = int(journey.conversion.value * 100)
        for step, units, money in shares_of(steps, "position_based", cents):
            if units:
                wanted[conversion_id(journey), as_id(step.key)] = (
                    Decimal(units).scaleb(-12),
                    Decimal(money) / 100,
                )
    rows = case.rows(
        "select * from marts.fct_touchpoint_credits"
        " where model_code = 'position_based' and touchpoint_id is not null"
    )
    found = {
        (row["conversion_id"], row["touchpoint_id"]): (row["credit"], row["value"]) for row in rows
    }
    assert len(found) == len(rows)
    assert_same(found, wanted)


def test_the_random_dataset_has_journeys_of_every_kind() -> None:
    journeys = random_case().world.journeys
    assert {journey.status for journey in journeys} == {"converted", "lapsed", "open"}
    assert max(len(journey.steps["touchpoint"]) for journey in journeys) > 5
    assert any(len(journey.steps["channel"]) == 1 for journey in journeys)
    last: datetime = max(journey.at for journey in journeys)
    assert last <= random_case().world.as_of


def test_an_id_of_a_path_is_that_of_its_json() -> None:
    assert id_of_path(["a", "b"]) != id_of_path(["a,b"])
    wanted: Any = int(hashlib.md5(b'["a","b"]').hexdigest()[:16], 16) // 2
    assert id_of_path(["a", "b"]) == f"{wanted:016x}"


def test_what_differs_is_told() -> None:
    with pytest.raises(pytest.fail.Exception, match="order:01"):
        assert_same({"order:01": 1}, {"order:01": 2})
