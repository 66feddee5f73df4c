"""Who the patients are, what happens to them and how they find it: all that is planted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.arrays import DAY, HOUR, NEVER, SECOND, Calendar, chance, choose
from demo.chunk import Crowd, exactly, make_crowd
from demo.healthcare import vocabulary as words

# Readers of the funnel read, then book; others book without having read; some read and never book.
FUNNEL, DIRECT, READER, ANON_OA, ANON_WEB, ANON_APP, ANON_MINI = range(7)
SHARES = [0.36, 0.34, 0.05, 0.07, 0.10, 0.04, 0.04]
VISITED, CANCELLED, NO_SHOW, BOOKED = range(4)  # booked: the day has not come

# Of 50 who booked so many consult: before the repair and without it, and after it.
CONSULT_BEFORE, CONSULT_AFTER, CONSULT_NULL = 10, 13, 40
FOLLOW_UP_GOOD = {"before": 0.30, "after": 0.85, "null": 0.60}
# What a return visit hangs on; in a null twin on nothing.
RETURN = {"base": 0.12, "consultation": 0.34, "follow_up": 0.22, "visit": 0.04, "null": 0.38}
RETURN_DAYS = 18  # a return visit is at most so many days after the first visit
JOURNEY = 38 * DAY  # from the first touch to the last answer; the funnel has all of it


@dataclass
class Patients:
    """One position per person of the chunk; times are ``NEVER`` where nothing happened."""

    crowd: Crowd
    role: np.ndarray
    start: np.ndarray  # the first touch of the journey (a read in the funnel)
    is_after_consult_fix: np.ndarray
    is_after_follow_up_fix: np.ndarray
    ad_at: np.ndarray
    consult_at: np.ndarray
    uses_app: np.ndarray  # consults in the app, not in the mini-program
    booked_at: np.ndarray
    status: np.ndarray
    planned_at: np.ndarray  # the appointment, kept or not
    visit_at: np.ndarray
    due_at: np.ndarray
    done_at: np.ndarray
    return_booked_at: np.ndarray
    return_planned_at: np.ndarray
    return_at: np.ndarray
    likes_consultation: np.ndarray
    likes_visit: np.ndarray
    likes_follow_up: np.ndarray

    @property
    def has_visited(self) -> np.ndarray:
        """Whether the first appointment became a visit."""
        return self.visit_at != NEVER

    @property
    def has_consulted(self) -> np.ndarray:
        """Whether the person consulted online before the first visit."""
        return self.consult_at != NEVER


def consult_fix(calendar: Calendar) -> int:
    """The local midnight from which online consultation works."""
    return calendar.start + calendar.days * 45 // 100 * DAY


def follow_up_fix(calendar: Calendar) -> int:
    """The local midnight from which follow-up calls are good."""
    return calendar.start + calendar.days * 55 // 100 * DAY


def quota(rng: np.random.Generator, group: np.ndarray, share: np.ndarray) -> np.ndarray:
    """True for the rounded share of each group, drawn at random: effects without extra noise."""
    drawn = np.lexsort((rng.random(len(group)), group))
    _, first, size = np.unique(group[drawn], return_index=True, return_counts=True)
    wanted = np.rint(np.add.reduceat(share[drawn], first)) if len(group) else np.zeros(0)
    found = np.zeros(len(group), bool)
    place = np.arange(len(group)) - np.repeat(first, size)
    found[drawn] = place < np.repeat(wanted, size)
    return found


def at_work(calendar: Calendar, rng: np.random.Generator, moments: np.ndarray) -> np.ndarray:
    """The same local days, between eight and five."""
    day = (moments - calendar.start) // DAY
    return calendar.start + day * DAY + rng.integers(8 * 3600, 17 * 3600, len(moments)) * SECOND


def make_patients(
    rng: np.random.Generator, calendar: Calendar, base: int, count: int, *, is_null: bool
) -> Patients:
    """Draw the people ``base`` … ``base + count - 1`` and their journeys."""

    def later(moments: np.ndarray, low: float, high: float) -> np.ndarray:
        seconds = rng.integers(int(low * 86_400), int(high * 86_400), count)
        return moments + seconds * SECOND

    latest = calendar.end - HOUR  # what would come later has not been seen

    def where(keep: np.ndarray, moments: np.ndarray) -> np.ndarray:
        return np.where(keep & (moments <= latest), moments, NEVER)

    # As many in every region, before and after the repair; the roles in every one of these cells.
    place = rng.permutation(count)
    region, is_after = place % len(words.REGIONS), place // len(words.REGIONS) % 2 == 1
    # Journeys of the funnel end within the period; the others begin up to its last day.
    role = np.searchsorted(np.cumsum(SHARES), (place + 0.5) / count).astype(np.int64)
    first, fix, last = calendar.start + 5 * DAY, consult_fix(calendar), calendar.end - JOURNEY
    low, high = np.where(is_after, fix, first), np.where(is_after, last, fix)
    start = low + (rng.random(count) * ((high - low) // DAY)).astype(np.int64) * DAY
    anywhen = first + (rng.random(count) * ((calendar.end - first) // DAY)).astype(np.int64) * DAY
    start = calendar.at_hour(rng, np.where(role == FUNNEL, start, anywhen))
    role = _whole_fiftieths(rng, role, region, is_after)
    funnel, direct = role == FUNNEL, role == DIRECT
    books = funnel | direct

    booked_at = where(books, np.where(funnel, later(start, 0.1, 4), later(start, 2, 4)))
    books = booked_at != NEVER
    planned = at_work(calendar, rng, later(np.where(books, booked_at, start), 2.6, 5))
    is_after_follow_up = planned >= follow_up_fix(calendar)
    cell = region + 4 * is_after_follow_up
    consults = _consults(rng, funnel, region, is_after, is_null=is_null)
    consults |= direct & quota(rng, cell + 8 * direct, np.full(count, 0.62))
    consult_at = np.where(funnel, later(booked_at, 0.05, 1.5), later(start, 0.1, 1.9))
    consult_at = where(consults, consult_at)

    status = choose(rng, [0.9, 0.05, 0.05], count)
    status = np.where(funnel & ~consults, choose(rng, [0, 0.6, 0.4], count), status)
    status = np.where(planned > latest, BOOKED, status)
    visited = books & (status == VISITED)

    # By quota within region, period and who came: what is compared differs by what is planted.
    come = cell + 8 * visited
    likes_consultation = quota(rng, come + 16 * consults, np.full(count, 0.6))
    likes_visit = quota(rng, come, np.full(count, 0.7))
    done = visited & quota(rng, come, np.full(count, 0.85))
    repaired = is_after_follow_up & (region == words.FOLLOW_UP_REGIONS[0])
    good = np.where(repaired, FOLLOW_UP_GOOD["after"], FOLLOW_UP_GOOD["before"])
    good = np.full(count, FOLLOW_UP_GOOD["null"]) if is_null else good
    likes_follow_up = done & quota(rng, come + 16 * done, good)

    chances = (
        RETURN["base"]
        + RETURN["consultation"] * (consults & likes_consultation)
        + RETURN["follow_up"] * likes_follow_up
        + RETURN["visit"] * likes_visit
    )
    chances = np.full(count, RETURN["null"]) if is_null else chances
    group = come
    for number, answer in enumerate((consults, likes_consultation, likes_follow_up, likes_visit)):
        group = group + 16 * 2**number * answer
    returns = visited & quota(rng, group, chances)
    due_at = np.where(visited, planned + 3 * DAY, NEVER)
    return_booked_at = where(returns, later(planned, 9, 13.9))
    comes_again = return_booked_at != NEVER
    return_planned = later(np.where(comes_again, return_booked_at, start), 1.6, 3.9)
    return_planned = at_work(calendar, rng, return_planned)

    # Advertising comes first and leaves; in a null twin it comes at any moment before the booking.
    has_ad = books & chance(rng, 0.6, count)
    early = start - rng.integers(12 * 3600, 4 * 86_400, count) * SECOND
    span = np.where(books, booked_at, start + DAY) - early - 600 * SECOND
    anywhen = early + (rng.random(count) * span).astype(np.int64)
    ad_at = where(has_ad, anywhen // SECOND * SECOND if is_null else early)
    ad_at = where(ad_at >= calendar.start, ad_at)

    crowd = make_crowd(
        base,
        ["patient_no", "phone", "unionid", "openid_oa", "openid_mini", "device_id", "visitor_id"],
        is_known=role <= READER,
        is_planted=funnel,
        region=region,
        tier=np.zeros(count, np.int64),
    )
    return Patients(
        crowd=crowd,
        role=role,
        start=start,
        is_after_consult_fix=start >= fix,
        is_after_follow_up_fix=is_after_follow_up,
        ad_at=ad_at,
        consult_at=consult_at,
        uses_app=chance(rng, 0.3, count),
        booked_at=booked_at,
        status=status,
        planned_at=np.where(books, planned, NEVER),
        visit_at=where(visited, planned),
        due_at=due_at,
        done_at=where(done, later(planned, 3.1, 6)),
        return_booked_at=return_booked_at,
        return_planned_at=np.where(comes_again, return_planned, NEVER),
        return_at=where(comes_again, return_planned),
        likes_consultation=likes_consultation,
        likes_visit=likes_visit,
        likes_follow_up=likes_follow_up,
    )


def _whole_fiftieths(
    rng: np.random.Generator, role: np.ndarray, region: np.ndarray, is_after: np.ndarray
) -> np.ndarray:
    """Of each region and period a multiple of 50 (of 5 where a fifth is planted) book; others read."""
    role = role.copy()
    for where in range(len(words.REGIONS)):
        for after in (False, True):
            cell = np.flatnonzero((role == FUNNEL) & (region == where) & (is_after == after))
            unit = 50 if after and where == words.CONSULT_REGIONS[0] else 5
            if len(cell) < unit:
                raise ValueError("too few patients for the planted shares; ask for more people")
            role[exactly(rng, cell, len(cell) % unit)] = READER
    return role


def _consults(
    rng: np.random.Generator,
    funnel: np.ndarray,
    region: np.ndarray,
    is_after: np.ndarray,
    *,
    is_null: bool,
) -> np.ndarray:
    """Who of the funnel gets as far as the online consultation: exact shares of those who book."""
    found = np.zeros(len(funnel), bool)
    for where in range(len(words.REGIONS)):
        for after in (False, True):
            cell = np.flatnonzero(funnel & (region == where) & (is_after == after))
            repaired = after and where == words.CONSULT_REGIONS[0]
            of_fifty = CONSULT_AFTER if repaired else CONSULT_BEFORE
            of_fifty = CONSULT_NULL if is_null else of_fifty
            found[exactly(rng, cell, len(cell) * of_fifty // 50)] = True
    return found
