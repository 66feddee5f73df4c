"""Healthcare as the generator sees it: one chunk of people at a time, and what is true of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from demo.arrays import DAY, NEVER, SECOND, ZONE_OFFSET, Calendar
from demo.bystanders import local_date, make_actions, make_advertising, make_bots, make_staff
from demo.chunk import Chunk
from demo.healthcare import records
from demo.healthcare import vocabulary as words
from demo.healthcare.patients import (
    CONSULT_AFTER,
    CONSULT_BEFORE,
    FOLLOW_UP_GOOD,
    FUNNEL,
    READER,
    RETURN,
    RETURN_DAYS,
    Patients,
    consult_fix,
    follow_up_fix,
    make_patients,
)
from demo.industries import ChunkOfRecords
from demo.people import PLACEHOLDER_PHONES, STAFF_PHONES

RECORDS_PER_PERSON = 12.4
OTHER_RECORDS = 1_100  # advertising costs and actions, whatever the number of people
PEOPLE_PER_CHUNK = 20_000
FEWEST_PEOPLE = 1_200
CONSTANTS = {
    "staff_phones": STAFF_PHONES,
    "placeholder_phones": PLACEHOLDER_PHONES,
    "shop_phones": [],
    "staff_rule": "every record of staff carries one of staff_phones in its phone column",
    "bot_rule": "every record of a bot names Googlebot, Baiduspider, bingbot, Bytespider or "
    "python-requests in its user agent",
}
_TREATED, _CONTROL = (words.REGIONS[position] for position in words.CONSULT_REGIONS)
_CALLED, _CALLED_CONTROL = (words.REGIONS[position] for position in words.FOLLOW_UP_REGIONS)

SCENARIOS = {
    "4": {
        "title": "satisfaction with the online consultation drives satisfaction and return visits; "
        "advertising only assists",
        "drivers_are": "a return visit (a second visited appointment) and the overall score "
        "(CSAT-OVERALL or NPS-VISIT, no touchpoint) hang most on the score of the consultation "
        "(CSAT-CONSULT), less on that of the follow-up call and of the visit, not at all on that "
        "of the website that advertisements lead to (CSAT-WEB)",
        "driver": "mini_program_consultation",
        "no_driver": "website_visit",
        "chance_of_return": {key: value for key, value in RETURN.items() if key != "null"},
        "answers_stand": "each answer is given before the follow-up's outcome: consultation, "
        "visit, follow-up, overall score, return visit",
        "ad_is": "a website event with utm_medium cpc and a campaign; of those who book, 60 % saw "
        "one, at least half a day before anything else they did, and none later",
        "null_is": "scores and return visits hang on nothing; the advertisement comes at any "
        "moment before the booking",
    },
    "5": {
        "title": "80 % are lost at the online consultation; after the repair 1.3 times as many "
        "get through it",
        "entered_is": "people with an article_read in wechat_oa and, within 30 days of their "
        "first, an appointment booked after it; before or after: by that first article_read and "
        "the action's day",
        "consulted_is": "those of them with a consult in app or mini_program after the booking, "
        "within 30 days of the article_read",
        "share_before": CONSULT_BEFORE / 50,
        "share_after": CONSULT_AFTER / 50,
        "treated_region": _TREATED,
        "control_region": _CONTROL,
        "other_regions": "like the control region: a fifth before and after",
        "null_is": "four of five get through, before and after, everywhere",
    },
    "6": {
        "title": "follow-up calls satisfy least; once repaired, satisfaction and return visits rise",
        "visited_is": "people with a visited appointment whose first visit is at least "
        f"{RETURN_DAYS + 1} days before the end of the period; before or after: by the first visit "
        f"and the action's day; returned: with a second visited appointment (all within "
        f"{RETURN_DAYS} days)",
        "rated_is": "follow-ups of these people with a score; good: 4 or 5",
        "share_good": {key: FOLLOW_UP_GOOD[key] for key in ("before", "after")},
        "treated_region": _CALLED,
        "control_region": _CALLED_CONTROL,
        "null_is": "follow-up calls are as good as other touchpoints, before and after",
    },
    "11": {
        "title": "the hotline's satisfaction rises from one month to the next, and the total "
        "stands still",
        "why": "the hotline answers twice as many as in the month before, still less satisfied "
        "than the tickets that they would have opened: what the rate wins, the mix loses",
        "measures_are": "CSAT scores (4 and 5 of 5 are satisfied): ratings of calls, ratings of "
        "tickets, scores of follow-ups and CSAT answers, by local month",
        "null_is": "the hotline is as good, and as much used, as in the month before",
    },
}


def make_chunk(
    rng: np.random.Generator,
    calendar: Calendar,
    number: int,
    base: int,
    count: int,
    *,
    is_null: bool,
) -> ChunkOfRecords:
    """Make all records of the people ``base`` … ``base + count - 1``, and their truth."""
    patients = make_patients(rng, calendar, base, count, is_null=is_null)
    chunk = Chunk(rng, calendar, number, patients.crowd)
    hospital = records.Hospital(chunk, patients, is_null)
    if number == 0:
        make_advertising(chunk, words.ACCOUNTS)
        make_actions(chunk, _actions(calendar))
    records.make_website(hospital)
    records.make_official_account(hospital)
    records.make_app(hospital)
    records.make_mini_program(hospital)
    records.make_consultation_surveys(hospital)
    records.make_hospital_system(hospital)
    records.make_visit_surveys(hospital)
    records.make_bookings_by_phone(hospital)
    balance = _make_service(hospital)
    make_bots(chunk, words.PAGES)
    make_staff(chunk)
    return ChunkOfRecords(
        parts=chunk.parts,
        is_planted=patients.crowd.is_planted,
        load_after={
            "his.appointments": chunk.notes["appointments_known"],
            "his.follow_ups": chunk.notes["follow_ups_known"],
        },
        counts={
            "people": patients.crowd.count_seen(),
            **_counts_of_4(hospital),
            **_counts_of_5(patients),
            **_counts_of_6(hospital),
            **balance,
        },
        planted=chunk.planted,
        lists=lambda: {
            "people": patients.crowd.listed(),
            "shared_phones": [],
            "shared_devices": [],
            "phone_bridges": [],
        },
    )


def _actions(calendar: Calendar) -> list[dict[str, object]]:
    common = {"segment_dimension": "region", "washout_days": 7}
    return [
        {
            "action_id": "HC-CONSULT",
            "starts_on": consult_fix(calendar),
            "metric_code": "order_conversion",
            "action_name": "在线咨询改版：专人应答、流程简化",
            "touchpoint_code": "mini_program_consultation",
            "treated_segment": _TREATED,
            "control_segment": _CONTROL,
            **common,
        },
        *(
            {
                "action_id": f"HC-FOLLOW-UP-{name}",
                "starts_on": follow_up_fix(calendar),
                "metric_code": metric,
                "action_name": "回访改由专科护士电话进行",
                "touchpoint_code": "his_follow_up",
                "treated_segment": _CALLED,
                "control_segment": _CALLED_CONTROL,
                **common,
            }
            for name, metric in (("CSAT", "csat"), ("RETURN", "return_visit_rate"))
        ),
    ]


def scenario_dates(calendar: Calendar) -> dict[str, dict[str, str]]:
    """The days of the actions, and the month in which the hotline is better (its first day)."""
    better = _months(calendar)[-3][0]
    return {
        "5": {"action_day": str(local_date(consult_fix(calendar)))},
        "6": {"action_day": str(local_date(follow_up_fix(calendar)))},
        "11": {"month": str(local_date(better))},
    }


def _months(calendar: Calendar) -> list[tuple[int, int]]:
    """The whole local months of the period, as moments."""
    first = (calendar.first_day - 1).astype("datetime64[M]") + 1
    last = (calendar.last_day + 1).astype("datetime64[M]")
    edges = np.arange(first, last + 1).astype("datetime64[us]").astype(np.int64) - ZONE_OFFSET
    return [(int(low), int(high)) for low, high in pairwise(edges)]


def _make_service(hospital: records.Hospital) -> dict[str, int]:
    """Calls and tickets, month by month; from the third last month more calls, better answered.

    In that month they are so much better that the total of all CSAT scores stands where it stood
    the month before.
    """
    patients, count = hospital.patients, hospital.patients.crowd.count
    calls, tickets = count // 40, count // 20
    months = _months(hospital.chunk.calendar)
    known = np.flatnonzero(patients.role <= READER)
    found: dict[str, int] = {}
    satisfied_before, rated_before = 0, 0
    for place, (low, high) in enumerate(months):
        turn = place - (len(months) - 3)  # 0: the month in which the hotline is better
        better = turn >= 0 and not hospital.is_null
        size = (2 * calls, tickets - calls) if better else (calls, tickets)
        good = [round(size[0] * (0.66 if better else 0.45)), round(size[1] * 0.90)]
        satisfied, rated = hospital.scores.between(low, high)
        if turn == 0 and not hospital.is_null:
            wanted = round(satisfied_before / rated_before * (rated + sum(size))) - satisfied
            good[0] = int(np.clip(wanted - good[1], 0.60 * size[0], 0.78 * size[0]))
            good[1] = int(np.clip(wanted - good[0], 0, size[1]))
        satisfied_before, rated_before = satisfied + sum(good), rated + sum(size)
        for make, number, well in zip((_calls, _tickets), size, good, strict=True):
            make(hospital, known, low, high, number, well)
        if turn in (-1, 0):
            when = "before" if turn < 0 else "after"
            found |= {
                f"scenario_11_hotline_{when}_satisfied": good[0],
                f"scenario_11_hotline_{when}": size[0],
                f"scenario_11_tickets_{when}_satisfied": good[1],
                f"scenario_11_tickets_{when}": size[1],
                f"scenario_11_all_{when}_satisfied": satisfied_before,
                f"scenario_11_all_{when}": rated_before,
            }
    return found


def _rated(rng: np.random.Generator, number: int, well: int) -> np.ndarray:
    is_good = rng.permutation(number) < well
    return np.where(is_good, rng.integers(4, 6, number), rng.integers(1, 4, number))


def _in_office_hours(rng: np.random.Generator, low: int, high: int, number: int) -> np.ndarray:
    day = rng.integers(0, (high - low) // DAY, number)
    return low + day * DAY + rng.integers(8 * 3600, 18 * 3600, number) * SECOND


def _calls(
    hospital: records.Hospital, known: np.ndarray, low: int, high: int, number: int, well: int
) -> None:
    person = hospital.rng.choice(known, number)
    moment = _in_office_hours(hospital.rng, low, high, number)
    records.call(hospital, person, moment, _rated(hospital.rng, number, well), queue="咨询")


def _tickets(
    hospital: records.Hospital, known: np.ndarray, low: int, high: int, number: int, well: int
) -> None:
    person = hospital.rng.choice(known, number)
    moment = _in_office_hours(hospital.rng, low, high, number)
    records.open_tickets(hospital, person, moment, _rated(hospital.rng, number, well))


def _counts_of_4(hospital: records.Hospital) -> dict[str, int]:
    """Return visits by the answer about the consultation, and about the website."""
    returned = hospital.patients.return_at != NEVER
    visited = hospital.patients.has_visited
    found: dict[str, int] = {}
    for name, survey in (("consultation", "CSAT-CONSULT"), ("website", "CSAT-WEB")):
        for word, likes in (("high", True), ("low", False)):
            people = returns = 0
            for asked, _, who, _, score in hospital.chunk.notes["answers"]:
                if asked == survey:
                    kept = who[((score >= 4) == likes) & visited[who]]
                    people, returns = people + len(kept), returns + int(returned[kept].sum())
            found[f"scenario_4_{name}_{word}"] = people
            found[f"scenario_4_{name}_{word}_returned"] = returns
    found["scenario_4_booked"] = int((hospital.patients.booked_at != NEVER).sum())
    found["scenario_4_booked_after_ad"] = int((hospital.patients.ad_at != NEVER).sum())
    return found


def _counts_of_5(patients: Patients) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, region in (("treated", 0), ("control", 1), ("others", -1)):
        of_region = patients.crowd.region
        here = of_region == words.CONSULT_REGIONS[region] if region >= 0 else of_region > 1
        for when, after in (("before", False), ("after", True)):
            cell = here & (patients.role == FUNNEL) & (patients.is_after_consult_fix == after)
            found[f"scenario_5_{name}_{when}"] = int(cell.sum())
            found[f"scenario_5_{name}_{when}_consulted"] = int(
                (cell & patients.has_consulted).sum()
            )
    return found


def _counts_of_6(hospital: records.Hospital) -> dict[str, int]:
    patients = hospital.patients
    who, _, score = hospital.chunk.notes["follow_ups"]
    is_mature = patients.visit_at < hospital.chunk.calendar.end - (RETURN_DAYS + 1) * DAY
    found: dict[str, int] = {}
    for name, place in (("treated", 0), ("control", 1)):
        here = patients.crowd.region == words.FOLLOW_UP_REGIONS[place]
        for when, after in (("before", False), ("after", True)):
            cell = here & patients.has_visited & is_mature
            cell &= patients.is_after_follow_up_fix == after
            rated = cell[who]
            key = f"scenario_6_{name}_{when}"
            found[f"{key}_visited"] = int(cell.sum())
            found[f"{key}_returned"] = int((cell & (patients.return_at != NEVER)).sum())
            found[f"{key}_rated"] = int(rated.sum())
            found[f"{key}_good"] = int((rated & (score >= 4)).sum())
    return found
