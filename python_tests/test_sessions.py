"""Sessions against a plain loop over each profile's interactions on each channel."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from builds import Build
from oracles.cases import assert_same, both, case_of, differences, partition, random_case
from oracles.landing import as_id


@both
def test_touchpoints_are_the_interactions_of_the_records(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = {
        as_id(touch.key): {
            "occurred_at": touch.at,
            "channel_code": touch.channel,
            "touchpoint_code": touch.code,
            "source_record_id": as_id(touch.record.key),
            "item_id": touch.item,
            "campaign": touch.campaign,
            "region": touch.region,
        }
        for touch in case.world.touches
    }
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select touchpoint_id, {columns} from marts.fct_touchpoints")
    assert_same({row.pop("touchpoint_id"): row for row in rows}, wanted)


@both
def test_touchpoints_fall_into_the_same_sessions_as_a_plain_loop(
    dataset: str, built: Build
) -> None:
    case = case_of(dataset, built)
    found = {
        r["touchpoint_id"]: r["session_id"]
        for r in case.rows("select * from marts.fct_touchpoints")
    }
    wanted = {as_id(touch.key): as_id(touch.session) for touch in case.world.touches}
    assert partition(found.items()) == partition(wanted.items()), differences(found, wanted)
    assert found == wanted, "a session is called by its first touchpoint"


@both
def test_sessions_show_their_size_length_and_ends(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    conversions = {order.record.key for order in case.world.orders if order.is_paid}
    wanted = {}
    for key, touches in case.world.sessions.items():
        ordered = sorted(touches, key=lambda touch: (touch.at, touch.key))
        campaigns = [touch.campaign for touch in ordered if touch.campaign is not None]
        wanted[as_id(key)] = {
            "channel_code": ordered[0].channel,
            "started_at": ordered[0].at,
            "ended_at": ordered[-1].at,
            "touchpoint_count": len(ordered),
            "duration_seconds": (ordered[-1].at - ordered[0].at).total_seconds(),
            "entry_touchpoint_code": ordered[0].code,
            "exit_touchpoint_code": ordered[-1].code,
            "campaign": campaigns[0] if campaigns else None,
            "is_bounce": len(ordered) == 1,
            "has_conversion": any(touch.key in conversions for touch in ordered),
        }
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select session_id, {columns} from marts.fct_sessions")
    assert_same({row.pop("session_id"): row for row in rows}, wanted)


@both
def test_the_person_of_a_session_is_one_of_its_touchpoints(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    persons = {
        as_id(key): {as_id(t.person) for t in mine} - {None}
        for key, mine in case.world.sessions.items()
    }
    for row in case.rows("select session_id, user_id from marts.fct_sessions"):
        mine = persons.get(row["session_id"])
        assert mine is not None, f"the plain loop cuts no session {row['session_id']}"
        assert row["user_id"] in mine if mine else row["user_id"] is None, row


def test_the_random_dataset_stands_on_the_session_edge() -> None:
    """Gaps of exactly half an hour, a millisecond more, none at all, and sessions that end for another login."""
    world = random_case().world
    lanes: dict[object, list] = {}
    for touch in world.touches:
        if touch.profile is not None:
            lanes.setdefault((touch.channel, touch.profile), []).append(touch)
    gaps = []
    logins = 0
    for lane in lanes.values():
        lane.sort(key=lambda touch: (touch.at, touch.key))
        for one, other in pairwise(lane):
            gaps.append(other.at - one.at)
            logins += one.session != other.session and other.at - one.at <= timedelta(minutes=30)
    half_hour = timedelta(minutes=30)
    for gap in (
        timedelta(0),
        half_hour,
        half_hour + timedelta(milliseconds=1),
        half_hour - timedelta(milliseconds=1),
    ):
        assert gaps.count(gap) > 30, gap
    assert logins > 50
