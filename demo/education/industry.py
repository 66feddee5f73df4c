"""A school: article, trial lesson, enrolment, lessons, renewal; and readers who never enrol.

A chunk is made of units of ``UNIT`` people with fixed numbers of readers and students, so that every
count is exact in each chunk and in the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from demo.arrays import (
    DAY,
    HOUR,
    NEVER,
    SECOND,
    Calendar,
    chance,
    choose,
    expand,
    first_of_each,
    only,
    take,
)
from demo.bystanders import make_actions, make_bots, make_staff
from demo.chunk import Chunk, make_crowd
from demo.company import CONSTANTS, HOME, MINUTE, WORK, Company, exact
from demo.education import vocabulary as words
from demo.industries import ChunkOfRecords
from demo.rows import NOBODY
from demo.texts import pick_text

__all__ = ["CONSTANTS"]

UNIT = 450
RECORDS_PER_PERSON = 14.8
OTHER_RECORDS = 30
PEOPLE_PER_CHUNK = 20_000
HAS_CONSENTS = True
FEWEST_PEOPLE = UNIT

# Per unit and region: who comes by an article and a trial lesson, and how far they get; who
# enrols straight away, and renews. Per unit: readers who never enrol, and who read now and then.
_TRIED, _ENROLLED, _ATTENDED, _RENEWED = 40, 20, 18, 8
_DIRECT, _DIRECT_RENEWED = 30, 10
_NEWS, _CASUAL = 72, 110
NEWS_READS, NEWS_DAYS = 7, 60

SCENARIOS = {
    "9": {
        "title": "people who read course news but do not enrol; and the path from article to renewal",
        "members_are": f"people with at least 5 wechat_oa article_read in the last {NEWS_DAYS} days "
        "of the period, without any academic.enrolments, crm trial_lesson or website form_submit; "
        "everybody else who never enrols or tries has at most 2 reads in the whole period; the "
        "openids of the members are listed",
        "news_reads_are": "their article_read records in the period",
        "path_is": "people with an article_read, later a trial_lesson (crm.activities), later a paid "
        "enrolment, later an attended lesson, later a second paid enrolment",
        "path": ["article_read", "trial_lesson", "enrolment", "lesson", "enrolment"],
        "null_is": "the reads are dealt evenly to all who never enrol (at most 4 in the period, 2 in "
        "its last days); nobody reads before the trial lesson, so the path is empty",
    },
    "12": {
        "title": "an action without any effect; complaints spread evenly",
        "region": words.REGIONS[words.TREATED],
        "control_region": words.REGIONS[words.CONTROL],
        "csat_is": "academic.lessons with rating >= 4 / with a rating, by region of the student and "
        "by local midnight of starts_on: 80 % everywhere, before and after",
        "complaints_are": "service.tickets with is_complaint: as many in each region and of each "
        "source_category",
        "null_is": "the same: there is no effect to be left out",
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
    units = count // UNIT
    regions = len(words.REGIONS)
    sizes = [regions * _TRIED * units, regions * _DIRECT * units, _NEWS * units, _CASUAL * units]
    tried, direct, news, casual, visitors = np.split(rng.permutation(count), np.cumsum(sizes))
    region = choose(rng, [1, 1, 1], count)
    region[tried] = np.arange(len(tried)) % regions
    region[direct] = np.arange(len(direct)) % regions
    is_known = np.ones(count, bool)
    is_known[visitors] = False
    is_known[news] = chance(rng, 0.6, len(news))
    is_known[casual] = chance(rng, 0.3, len(casual))
    has_wechat = np.zeros(count, bool)
    has_wechat[np.concatenate([tried, news, casual])] = True
    crowd = make_crowd(
        base,
        ["student_no", "phone", "email", "contact_id", "unionid", "openid_oa", "device_id",
         "visitor_id"],
        is_known=is_known,
        is_planted=np.zeros(count, bool),  # no dirt can hurt counts of records by their key
        region=region,
        tier=choose(rng, [70, 22, 8], count),
    )  # fmt: skip
    chunk = Chunk(rng, calendar, number, crowd)
    company = Company(chunk, is_known & chance(rng, 0.3, count), has_wechat)
    students = _plan(company, tried, direct, units)
    _make_reading(company, students, news, casual, is_null=is_null)
    _make_ways_in(company, students, visitors)
    _make_enrolments(company, students)
    rated = _make_lessons(company, students)
    complaints = _make_tickets(company, students)
    _make_app(company, students)
    _make_surveys(company, students)
    # Every student has a contact: the systems of the school know no region.
    is_student = np.isin(np.arange(count), students.person)
    known = np.flatnonzero(is_student | is_known & chance(rng, 0.5, count))
    created = calendar.start - company.between(3600, 300 * 86_400, len(known))
    company.contacts(known, created, take(words.REGIONS, region[known]))
    make_bots(chunk, ["/", "/courses", "/teachers", "/trial"])
    make_staff(chunk, has_hotline=False)
    if number == 0:
        make_actions(chunk, _actions(company.day(calendar.days // 2)))
        _make_catalogue(chunk)
    openid = crowd.ids["openid_oa"]
    members = [] if is_null else np.sort(news)
    return ChunkOfRecords(
        parts=chunk.parts,
        is_planted=crowd.is_planted,
        load_after={},
        counts={
            "people": crowd.count_seen(),
            "scenario_9_count": len(members),
            "scenario_9_news_reads": 0 if is_null else NEWS_READS * len(news),
            "scenario_9_path_count": 0 if is_null else regions * _RENEWED * units,
            "scenario_9_tried": len(tried),
            "scenario_9_enrolled": regions * _ENROLLED * units,
            "scenario_9_attended": regions * _ATTENDED * units,
            **rated,
            **complaints,
        },
        planted=chunk.planted,
        lists=lambda: {
            "people": crowd.listed(),
            "scenario_9_members": sorted(openid[int(one)].as_py() for one in members),
        },
    )


def _actions(start: int) -> list[dict[str, object]]:
    return [
        {
            "action_id": "EA1",
            "metric_code": "csat",
            "action_name": "上海校区课件改版：课堂满意度",
            "touchpoint_code": "academic_lesson",
            "starts_on": start,
            "ends_on": None,
            "segment_dimension": "region",
            "treated_segment": words.REGIONS[words.TREATED],
            "control_segment": words.REGIONS[words.CONTROL],
            "washout_days": 7,
        }
    ]


@dataclass
class Students:
    """Those who try or enrol; arrays are aligned. ``NEVER`` for what does not happen."""

    person: np.ndarray
    came_by_article: np.ndarray
    read: np.ndarray
    tried: np.ndarray
    enrolled: np.ndarray
    attends: np.ndarray
    renewed: np.ndarray
    course: np.ndarray


def _plan(company: Company, tried: np.ndarray, direct: np.ndarray, units: int) -> Students:
    rng, calendar = company.rng, company.calendar
    # People stand in turn by region, so the first so many have as many of each.
    regions = len(words.REGIONS) * units
    # Who gets further came earlier: the others may still go on when the period ends.
    steps = [_RENEWED, _ENROLLED - _RENEWED, _TRIED - _ENROLLED]
    spans = zip((145, 48, 25), steps, strict=True)
    read = [company.moments(8, calendar.days - rest, n * regions, HOME) for rest, n in spans]
    read = np.concatenate(read)
    trial = company.on_day_of(read + rng.integers(3, 16, len(tried)) * DAY, SHOP_HOURS)
    enrolled = company.on_day_of(trial + rng.integers(1, 10, len(tried)) * DAY, HOME)
    rank = np.arange(len(tried))
    goes = rank < _ENROLLED * regions
    enrolled = np.where(goes, enrolled, NEVER)
    spans = ((118, _DIRECT_RENEWED), (3, _DIRECT - _DIRECT_RENEWED))
    straight = [company.moments(5, calendar.days - rest, n * regions, HOME) for rest, n in spans]
    straight = np.concatenate(straight)
    first = np.concatenate([enrolled, straight])
    renews = np.concatenate(
        [rank < _RENEWED * regions, np.arange(len(direct)) < _DIRECT_RENEWED * regions]
    )
    later = first + rng.integers(76, 96, len(first)) * DAY
    later = company.on_day_of(np.where(renews, later, calendar.start), HOME)
    nothing = np.full(len(direct), NEVER)
    return Students(
        person=np.concatenate([tried, direct]),
        came_by_article=np.arange(len(first)) < len(tried),
        read=np.concatenate([read, nothing]),
        tried=np.concatenate([trial, nothing]),
        enrolled=first,
        attends=np.concatenate([rank < _ATTENDED * regions, nothing == NEVER]),
        renewed=np.where(renews, later, NEVER),
        course=choose(rng, [4, 3, 4, 3, 2, 3], len(first)),
    )


_WAYS_TO_A_COURSE = [
    (3, ["search", "item_view", "consult"]),
    (2, ["item_view", "item_view", "consult"]),
    (2, ["search", "item_view", "video_play"]),
    (2, ["item_view", "video_play", "consult"]),
    (1, ["item_view", "download"]),
    (1, ["search", "item_view", "favourite"]),
]
SHOP_HOURS = [0] * 9 + [3, 5, 4, 1, 2, 6, 6, 5, 4, 5, 7, 4, 0, 0, 0]


def _make_reading(
    company: Company, students: Students, news: np.ndarray, casual: np.ndarray, *, is_null: bool
) -> None:
    """Articles: on the way to the trial lesson, by habit without enrolling, and now and then."""
    rng, calendar = company.rng, company.calendar
    by_article = np.flatnonzero(students.came_by_article)
    person, first = students.person[by_article], students.read[by_article]
    again = np.flatnonzero(chance(rng, 0.5, len(person)))
    span = students.tried[by_article][again] - first[again]
    second = (
        first[again]
        + (span * rng.uniform(0.1, 0.8, len(again))).astype(np.int64) // SECOND * SECOND
    )
    if is_null:  # they read after the trial lesson
        first = students.tried[by_article] + company.between(86_400, 3 * 86_400, len(first))
        second = first[again] + company.between(600, 86_400, len(again))
    on_the_way = np.concatenate([first, second])
    # Two of five days before the last weeks, the others in them; the null twin deals them out.
    last = calendar.days - NEWS_DAYS
    lazy = np.repeat(casual, 1 + np.arange(len(casual)) % 2)
    if is_null:
        total = NEWS_READS * len(news) + len(lazy)
        reader, turn = _dealt(np.concatenate([news, casual]), total)
        quarter = (calendar.days - 5) // 4
        day = 2 + turn * quarter + rng.integers(0, quarter - 10, total)
        moments = company.on_day_of(calendar.start + day * DAY, HOME)
    else:
        habit = np.repeat(news, NEWS_READS)
        is_recent = np.tile(np.arange(NEWS_READS) > 0, len(news))
        recent = company.moments(last + 2, calendar.days - 1, len(habit), HOME)
        before = company.moments(2, last, len(habit), HOME)
        reader = np.concatenate([habit, lazy])
        lazy_at = company.moments(2, calendar.days - 1, len(lazy), HOME)
        moments = np.concatenate([np.where(is_recent, recent, before), lazy_at])
    everyone = np.concatenate([person[np.r_[np.arange(len(person)), again]], reader])
    moment = np.concatenate([on_the_way, moments])
    company.read(everyone, moment, words.ARTICLES)
    company.react(everyone, moment, 0.22, words.ARTICLES, words.ARTICLE_COMMENTS)
    follows = first_of_each(everyone, moment)
    company.read(
        everyone[follows],
        moment[follows] - company.between(60, 900, int(follows.sum())),
        words.ARTICLES,
        ["follow"] * int(follows.sum()),
    )
    company.chunk.notes["readers"] = np.unique(everyone)
    _make_sends(company, news, casual)


def _dealt(people: np.ndarray, total: int) -> tuple[np.ndarray, np.ndarray]:
    """Deal so many reads to people in turn: who, and the how manieth of theirs."""
    place = np.arange(total)
    return people[place % len(people)], place // len(people)


def _make_sends(company: Company, news: np.ndarray, casual: np.ndarray) -> None:
    """Course messages by WeChat: the readers of news open them and do not go on."""
    rng, calendar = company.rng, company.calendar
    person = np.concatenate([news, news, casual])
    count = len(person)
    is_news = np.arange(count) < 2 * len(news)
    sent = company.moments(calendar.days - 80, calendar.days - 8, count, WORK, 0.1)
    delivered = sent + company.between(1, 60, count)
    opens = chance(rng, 0.15, count) | is_news & chance(rng, 0.55, count)
    opened = np.where(opens, delivered + company.between(60, 20 * 3600, count), NEVER)
    clicks = opens & ~is_news & chance(rng, 0.3, count)
    company.chunk.record(
        "outreach.sends",
        person,
        {
            "sent_at": sent,
            "medium": "wechat_message",
            "campaign": words.CAMPAIGN,
            "delivered_at": delivered,
            "opened_at": opened,
            "clicked_at": np.where(clicks, opened + 20 * SECOND, NEVER),
            "is_holdout": np.zeros(count, bool),
        },
        {"openid": "openid_oa"},
    )


def _make_ways_in(company: Company, students: Students, visitors: np.ndarray) -> None:
    """Trial lessons; visits to the website, with consultation and form before a direct enrolment."""
    rng, calendar = company.rng, company.calendar
    rows = np.flatnonzero(students.tried != NEVER)
    course = take([code for code, *_ in words.COURSES], students.course)
    count = len(rows)
    company.chunk.record(
        "crm.activities",
        students.person[rows],
        {
            "event_time": students.tried[rows],
            "activity_type": "trial_lesson",
            "region": take(words.REGIONS, company.chunk.people.region[students.person[rows]]),
            "outcome": take(["已报名", "跟进中"], students.enrolled[rows] == NEVER),
        },
        {"contact_id": "contact_id", "phone": ("phone", chance(rng, 0.5, count))},
    )
    booked = rows[chance(rng, 0.6, count)]
    company.visit(
        students.person[booked],
        students.tried[booked] - company.between(3600, 2 * 86_400, len(booked)),
        ["item_view", "form_submit"],
        "/trial/",
        pages=0.5,
        signed=True,
        item=course.take(pa.array(booked)),
    )
    straight = np.flatnonzero(~students.came_by_article)
    before = students.enrolled[straight] - company.between(86_400, 4 * 86_400, len(straight))
    company.visits(
        students.person[straight],
        before,
        _WAYS_TO_A_COURSE,
        "/courses/",
        pages=0.8,
        signed=True,
        search=words.SEARCHES,
        item=course.take(pa.array(straight)),
        campaign=words.CAMPAIGN,
    )
    company.visit(
        students.person[straight],
        students.enrolled[straight] - 5 * MINUTE,
        ["item_view", "form_submit"],
        "/enrol/",
        pages=0,
        signed=True,
        item=course.take(pa.array(straight)),
    )
    moments = company.moments(1, calendar.days - 1, len(visitors), HOME)
    company.visit(visitors, moments, ["item_view"], "/courses/", pages=1)


def _make_enrolments(company: Company, students: Students) -> None:
    """First and second enrolments; some who tried leave one unpaid; a few are refunded."""
    rng, calendar = company.rng, company.calendar
    first = np.flatnonzero(students.enrolled != NEVER)
    second = np.flatnonzero(students.renewed != NEVER)
    unpaid = np.flatnonzero((students.enrolled == NEVER) & chance(rng, 0.15, len(students.person)))
    unpaid_at = students.tried[unpaid] + company.between(3600, 3 * 86_400, len(unpaid))
    rows = np.concatenate([first, second, unpaid])
    moment = np.concatenate([students.enrolled[first], students.renewed[second], unpaid_at])
    count = len(rows)
    is_first, is_unpaid = (
        np.arange(count) < len(first),
        np.arange(count) >= len(first) + len(second),
    )
    # A refund only of those who came by themselves and did not renew.
    refunded = is_first & ~students.came_by_article[rows] & (students.renewed[rows] == NEVER)
    refunded &= chance(rng, 0.06, count)
    status = np.where(refunded, 3, np.where(is_unpaid, 1 + chance(rng, 0.5, count), 0))
    person = students.person[rows]
    course = np.where(is_first | is_unpaid, students.course[rows], (students.course[rows] + 1) % 6)
    company.chunk.record(
        "academic.enrolments",
        person,
        {
            "enrolled_at": np.minimum(moment, calendar.end - HOUR),
            "course_id": take([code for code, *_ in words.COURSES], course),
            "amount": words.PRICES[course] * 100,
            "currency": "CNY",
            "status": take(["已缴费", "待缴费", "已取消", "已退费"], status),
        },
        {
            "student_no": "student_no",
            "phone": ("phone", chance(rng, 0.6, count)),
            "email": ("email", company.has_mail[person]),
            "openid": ("openid_oa", company.has_wechat[person] & chance(rng, 0.4, count)),
        },
    )


def _make_lessons(company: Company, students: Students) -> dict[str, int]:
    """A lesson a week after each enrolment; 80 % of the ratings are good, whatever was done."""
    rng, chunk, calendar = company.rng, company.chunk, company.calendar
    rows = np.concatenate(
        [np.flatnonzero(students.enrolled != NEVER), np.flatnonzero(students.renewed != NEVER)]
    )
    is_second = np.arange(len(rows)) >= int((students.enrolled != NEVER).sum())
    start = np.where(is_second, students.renewed[rows], students.enrolled[rows])
    planned = np.where(students.attends[rows], 10, 3)
    owner, week = expand(planned)
    at = start[owner] + 3 * DAY + week * 7 * DAY
    at = company.on_day_of(at, _LESSON_HOURS)
    keep = at < calendar.end - DAY
    owner, week, at = owner[keep], week[keep], at[keep]
    who = rows[owner]
    attended = students.attends[who] & ((week == 0) | chance(rng, 0.9, len(owner)))
    wants = attended & chance(rng, 0.55, len(owner))
    region = chunk.people.region[students.person[who]]
    is_after = at >= company.day(calendar.days // 2)
    satisfied, rated = np.zeros(len(owner), bool), np.zeros(len(owner), bool)
    counts: dict[str, int] = {}
    for code in range(len(words.REGIONS)):
        for phase in (False, True):
            here = np.flatnonzero(wants & (region == code) & (is_after == phase))
            here = np.sort(rng.permutation(here)[: len(here) // 10 * 10])
            rated[here] = True
            satisfied[here] = exact(rng, at[here], 10, 8)
            arm = {words.TREATED: "treated", words.CONTROL: "control"}.get(code, "alike")
            name = f"scenario_12_{arm}_{'after' if phase else 'before'}"
            counts[f"{name}_ratings"] = len(here)
            counts[f"{name}_satisfied"] = int(satisfied[here].sum())
    rating = company.stars(satisfied)
    pools = [pa.array(pool) for pool in words.LESSON_TEXTS]
    says = rated & chance(rng, 0.4, len(owner))
    course = np.where(is_second[owner], (students.course[who] + 1) % 6, students.course[who])
    told = pa.array(attended, mask=attended & chance(rng, 0.02, len(owner)))
    chunk.record(
        "academic.lessons",
        students.person[who],
        {
            "event_time": at,
            "course_id": take([code for code, *_ in words.COURSES], course),
            "attended": told,
            "progress": np.minimum((week + 1) * 10, 100),
            "rating": np.where(rated, rating, NEVER),
            "lesson_text": only(pick_text(pools, rating - 1, rng), says),
        },
        {"student_no": "student_no"},
    )
    return counts


_LESSON_HOURS = [0] * 9 + [4, 5, 1, 0, 0, 4, 4, 2, 0, 2, 9, 6, 0, 0, 0]


def _make_tickets(company: Company, students: Students) -> dict[str, int]:
    """Complaints, as many in each region and about each subject; and questions."""
    rng, calendar = company.rng, company.calendar
    region = company.chunk.people.region[students.person]
    complains = np.zeros(len(students.person), bool)
    enrolled = students.enrolled != NEVER
    for code in range(len(words.REGIONS)):
        here = np.flatnonzero(enrolled & (region == code))
        complains[here] = exact(rng, students.enrolled[here], 25, 2)
    chosen = np.flatnonzero(complains)
    about = np.zeros(len(students.person), np.int64)
    for code in range(len(words.REGIONS)):
        here = chosen[region[chosen] == code]
        about[here] = np.arange(len(here)) % 4
    asks = np.flatnonzero(enrolled & ~complains & chance(rng, 0.15, len(enrolled)))
    rows = np.concatenate([chosen, asks])
    span = np.minimum(calendar.end - students.enrolled[rows] - 2 * DAY, 55 * DAY)
    waited = DAY + (rng.random(len(rows)) * span).astype(np.int64) // SECOND * SECOND
    is_complaint = np.arange(len(rows)) < len(chosen)
    company.tickets(
        students.person[rows],
        company.on_day_of(students.enrolled[rows] + waited, HOME),
        words.CATEGORIES,
        np.where(is_complaint, about[rows], words.QUESTION),
        is_complaint,
        take(words.REGIONS, region[rows]),
        pa.nulls(len(rows), pa.string()),
    )
    arms = {"treated": words.TREATED, "control": words.CONTROL, "alike": words.ALIKE}
    return {
        f"scenario_12_{arm}_complaints": int((complains & (region == code)).sum())
        for arm, code in arms.items()
    }


def _make_app(company: Company, students: Students) -> None:
    """Students open the app between lessons."""
    rng, calendar = company.rng, company.calendar
    rows = np.flatnonzero((students.enrolled != NEVER) & chance(rng, 0.7, len(students.person)))
    visits = 1 + rng.poisson(1.6, len(rows))
    owner = np.repeat(rows, visits)
    start = students.enrolled[owner] + rng.integers(0, 75, len(owner)) * DAY
    start = np.maximum(company.on_day_of(start, HOME), students.enrolled[owner] + HOUR)
    owner, start = owner[start < calendar.end - HOUR], start[start < calendar.end - HOUR]
    visit, step = expand(2 + choose(rng, [5, 3, 2], len(owner)))
    names = ["app_open", "screen_view", "item_view", "check_in"]
    who = students.person[owner[visit]]
    course = take([code for code, *_ in words.COURSES], students.course[owner[visit]])
    company.chunk.record(
        "app.events",
        who,
        {
            "event_time": start[visit] + step * 45 * SECOND,
            "event_name": take(names, step),
            "item_id": only(course, step == 2),
            "os": take(["iOS", "Android", "HarmonyOS"], who % 3),
            "app_version": take(["3.4.0", "3.5.1"], who % 2),
        },
        {"device_id": "device_id"},
    )


def _make_surveys(company: Company, students: Students) -> None:
    """CSAT after enrolling, NPS near the end of the period."""
    rng, chunk, calendar = company.rng, company.chunk, company.calendar
    rows = np.flatnonzero(students.enrolled != NEVER)
    region = take(words.REGIONS, chunk.people.region[students.person[rows]])
    score = company.stars(chance(rng, 0.82, len(rows)))
    company.survey(
        students.person[rows],
        students.enrolled[rows] + 2 * HOUR,
        ("CSAT-ENROL", "csat", "academic_enrolment"),
        np.where(chance(rng, 0.4, len(rows)), score, NEVER),
        words.ENROL,
        region,
    )
    sent = company.moments(calendar.days - 25, calendar.days - 4, len(rows), WORK, 0.1)
    asked = students.enrolled[rows] < sent - 14 * DAY
    rows, sent, region = rows[asked], sent[asked], region.filter(pa.array(asked))
    likes = chance(rng, 0.35, len(rows)) | (students.renewed[rows] != NEVER)
    score = np.where(likes, rng.integers(9, 11, len(rows)), rng.integers(4, 9, len(rows)))
    company.survey(
        students.person[rows],
        sent,
        ("NPS-TERM", "nps", None),
        np.where(chance(rng, 0.45, len(rows)), score, NEVER),
        words.OVERALL,
        region,
    )


def _make_catalogue(chunk: Chunk) -> None:
    chunk.record(
        "catalog.items",
        np.full(len(words.COURSES), NOBODY),
        {
            "item_id": [code for code, *_ in words.COURSES],
            "item_name": [name for _, name, *_ in words.COURSES],
            "category": [category for _, _, category, _ in words.COURSES],
            "price": np.array([price * 100 for *_, price in words.COURSES]),
        },
    )
