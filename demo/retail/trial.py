"""Scenario 2: a trial of better shops in one region, beside a region without it.

In the two regions of the trial the brand sells in shops only, so whatever is counted there by
region is counted of the customers of the trial. Only datasets that are large enough have it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from demo.arrays import DAY, NEVER, SECOND, Calendar, chance, ids, integers, only, take, times
from demo.bystanders import make_actions
from demo.chunk import Chunk, exactly
from demo.retail import vocabulary as words
from demo.rows import Rows
from demo.texts import pick_text

FEWEST_PEOPLE = 4_000  # of a chunk
BUYER_SHARE = 0.60  # more buyers than in a small dataset: the trial needs them
REGIONS = (0, 1)  # treated, control
NO_EFFECT_REGIONS = (2, 3)  # scenario 12
WINDOW = 180 * DAY
UNIT = 80  # all shares below are whole numbers of 80
# Satisfied with the visit, and come back: of 80.
SATISFIED_BEFORE, SATISFIED_AFTER = 40, 70
RETURN_SATISFIED, RETURN_OTHERS, RETURN_NULL = 0.60, 0.30, 0.45


@dataclass
class Trial:
    """The customers of the trial, one per position; ``person`` is the position in the chunk."""

    person: np.ndarray
    is_treated: np.ndarray
    is_after: np.ndarray
    is_satisfied: np.ndarray
    comes_back: np.ndarray
    visit_at: np.ndarray
    first_at: np.ndarray
    again_at: np.ndarray  # NEVER for those who do not come back

    @property
    def region(self) -> np.ndarray:
        """The position of the region."""
        return np.where(self.is_treated, REGIONS[0], REGIONS[1])


def action_day(calendar: Calendar) -> int:
    """The local midnight from which the shops of the treated region are better."""
    return calendar.start + (calendar.days - WINDOW // DAY) // 2 * DAY


def no_effect_day(calendar: Calendar) -> int:
    """The local midnight of the action of scenario 12, which changes nothing."""
    return calendar.start + calendar.days // 2 * DAY


def plan_trial(
    rng: np.random.Generator, calendar: Calendar, members: np.ndarray, *, is_null: bool
) -> Trial:
    """Four of five of these members, in four cells of the same size with exact shares."""
    size = len(members) // 5 // UNIT * UNIT
    person = members[: 4 * size]
    cell = np.repeat(np.arange(4), size)
    is_treated, is_after = cell % 2 == 0, cell >= 2
    is_satisfied = np.zeros(4 * size, bool)
    comes_back = np.zeros(4 * size, bool)
    for number in range(4):
        here = np.flatnonzero(cell == number)
        better = number == 2 and not is_null
        of_unit = SATISFIED_AFTER if better else SATISFIED_BEFORE
        liked = exactly(rng, here, size // UNIT * of_unit)
        is_satisfied[liked] = True
        for likes, share in ((True, RETURN_SATISFIED), (False, RETURN_OTHERS)):
            group = here[is_satisfied[here] == likes]
            share = RETURN_NULL if is_null else share
            comes_back[exactly(rng, group, round(len(group) * share))] = True
    fix, count = action_day(calendar), len(person)
    low = np.where(is_after, fix, calendar.start + 20 * DAY)
    high = np.where(is_after, calendar.end - WINDOW - 6 * DAY, fix - 5 * DAY)
    day = low + (rng.random(count) * ((high - low) // DAY)).astype(np.int64) * DAY
    visit_at = _in_shop_hours(rng, calendar, day)
    first_at = _in_shop_hours(rng, calendar, visit_at + rng.integers(1, 5, count) * DAY)
    again_at = _in_shop_hours(rng, calendar, first_at + rng.integers(20, 176, count) * DAY)
    again_at = np.where(comes_back, again_at, NEVER)
    return Trial(
        person, is_treated, is_after, is_satisfied, comes_back, visit_at, first_at, again_at
    )


def _in_shop_hours(rng: np.random.Generator, calendar: Calendar, moments: np.ndarray) -> np.ndarray:
    day = (moments - calendar.start) // DAY
    seconds = rng.integers(10 * 3600, 21 * 3600, len(moments))
    return calendar.start + day * DAY + seconds * SECOND


def home_of(trial: Trial) -> np.ndarray:
    """A shop of the customer's region."""
    return trial.region + len(words.REGIONS) * (trial.person % 3 % 2)


def make_experience(chunk: Chunk, trial: Trial) -> None:
    """The visit some days before the first purchase, and what is said about it and about that."""
    rng, people, count = chunk.rng, chunk.people, len(trial.person)
    member = take(people.ids["member_no"], trial.person)
    region = take([name for name, _ in words.REGIONS], trial.region)
    chunk.add(
        Rows(
            "store.visits",
            {
                "visit_id": ids("B", chunk.serials("visits", count)),
                "store_id": ids("S", home_of(trial) + 1, 2),
                "event_time": times(trial.visit_at),
                "member_no": member,
                "region": region,
            },
            trial.person,
        )
    )
    people.saw("member_no", trial.person)
    surveys = (
        ("CSAT-STORE-VISIT", "store_visit", trial.visit_at + 1800 * SECOND, 0.8),
        ("CSAT-STORE", "store_purchase", trial.first_at + 1800 * SECOND, 0.4),
    )
    answered = {}
    for survey, touchpoint, sent, share in surveys:
        invitation = ids("y", chunk.serials("invitations", count))
        chunk.add(
            Rows(
                "survey.invitations",
                {
                    "invitation_id": invitation,
                    "survey_id": pa.array([survey] * count),
                    "sent_at": times(sent),
                    "delivered_at": times(sent + 20 * SECOND),
                    "touchpoint_code": pa.array([touchpoint] * count),
                    "member_no": member,
                },
                trial.person,
            )
        )
        rows = np.flatnonzero(chance(rng, share, count))
        likes, picked = trial.is_satisfied[rows], pa.array(rows)
        score = np.where(likes, rng.integers(4, 6, len(rows)), rng.integers(1, 4, len(rows)))
        pools = [pa.array(pool) for pool in words.SURVEY_COMMENTS["store_purchase"]]
        text = pick_text(pools, likes * 1, rng)
        at = sent[rows] + rng.integers(300, 2 * 3600, len(rows)) * SECOND
        chunk.add(
            Rows(
                "survey.responses",
                {
                    "response_id": ids("z", chunk.serials("responses", len(rows))),
                    "survey_id": pa.array([survey] * len(rows)),
                    "survey_type": pa.array(["csat"] * len(rows)),
                    "answered_at": times(at),
                    "score": integers(score),
                    "invitation_id": invitation.take(picked),
                    "touchpoint_code": pa.array([touchpoint] * len(rows)),
                    "scale_min": integers(np.ones(len(rows))),
                    "scale_max": integers(np.full(len(rows), 5)),
                    "comment_text": only(text, chance(rng, 0.4, len(rows))),
                    "member_no": member.take(picked),
                    "region": region.take(picked),
                },
                trial.person[rows],
            )
        )
        answered[touchpoint] = rows
    chunk.notes["trial_answers"] = answered["store_visit"]


def make_trial_actions(chunk: Chunk) -> None:
    """The trial, and an action that changes nothing (scenario 12)."""
    names = [name for name, _ in words.REGIONS]
    common = {"segment_dimension": "region"}
    idle = {
        "starts_on": no_effect_day(chunk.calendar),
        "action_name": "包装换新",
        "touchpoint_code": "erp_delivery",
        "treated_segment": names[NO_EFFECT_REGIONS[0]],
        "control_segment": names[NO_EFFECT_REGIONS[1]],
        "washout_days": 7,
    }
    make_actions(
        chunk,
        [
            {
                "action_id": "RT-STORE",
                "starts_on": action_day(chunk.calendar),
                "metric_code": "repurchase_rate",
                "action_name": "门店体验升级：导购培训、收银提速",
                "touchpoint_code": "store_visit",
                "treated_segment": names[REGIONS[0]],
                "control_segment": names[REGIONS[1]],
                "washout_days": 0,
                **common,
            },
            {"action_id": "RT-PACKAGING", "metric_code": "complaint_rate", **idle, **common},
            {"action_id": "RT-PACKAGING-CSAT", "metric_code": "csat", **idle, **common},
        ],
    )


def make_small_actions(chunk: Chunk) -> None:
    """Actions of a company too small for the trial, none of which changes anything.

    One has no control; one names a metric that nothing measures: what a list kept by people looks like.
    """
    names = [name for name, _ in words.REGIONS]
    common = {
        "starts_on": no_effect_day(chunk.calendar),
        "action_name": "包装换新",
        "segment_dimension": "region",
        "treated_segment": names[NO_EFFECT_REGIONS[0]],
        "control_segment": names[NO_EFFECT_REGIONS[1]],
        "washout_days": 7,
    }
    everywhere = {"segment_dimension": None, "treated_segment": None, "control_segment": None}
    make_actions(
        chunk,
        [
            {"action_id": "RT-PACKAGING-CSAT", "metric_code": "csat", **common},
            {"action_id": "RT-PACKAGING-REPURCHASE", "metric_code": "repurchase_rate", **common},
            {"action_id": "RT-PACKAGING-COMPLAINTS", "metric_code": "complaint_rate", **common},
            {"action_id": "RT-PACKAGING-ALL", "metric_code": "csat", **common, **everywhere},
            {"action_id": "RT-PACKAGING-WASTE", "metric_code": "waste_rate", **common},
        ],
    )


def count_trial(chunk: Chunk, trial: Trial) -> dict[str, int]:
    """What the truth tells of scenario 2."""
    found: dict[str, int] = {}
    for name, treated in (("treated", True), ("control", False)):
        for when, after in (("before", False), ("after", True)):
            cell = (trial.is_treated == treated) & (trial.is_after == after)
            found[f"scenario_2_{name}_{when}"] = int(cell.sum())
            found[f"scenario_2_{name}_{when}_repurchased"] = int((cell & trial.comes_back).sum())
    rows = chunk.notes["trial_answers"]
    for name, likes in (("high", True), ("low", False)):
        group = rows[trial.is_satisfied[rows] == likes]
        found[f"scenario_2_answered_{name}"] = len(group)
        found[f"scenario_2_answered_{name}_repurchased"] = int(trial.comes_back[group].sum())
    return found
