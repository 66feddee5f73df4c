"""The records that patients leave: hospital system, website, app, WeChat, phone and surveys."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo.arrays import (
    DAY,
    HOUR,
    NEVER,
    SECOND,
    chance,
    choose,
    expand,
    first_of_each,
    ids,
    integers,
    only,
    spread,
    take,
    times,
)
from demo.chunk import Chunk
from demo.healthcare import vocabulary as words
from demo.healthcare.patients import (
    ANON_APP,
    ANON_MINI,
    ANON_OA,
    ANON_WEB,
    BOOKED,
    DIRECT,
    FUNNEL,
    READER,
    VISITED,
    Patients,
)
from demo.people import BAD_PHONES
from demo.rows import NOBODY
from demo.texts import pick_text
from demo.words import USER_AGENTS

MINUTE = 60 * SECOND


@dataclass
class Scores:
    """Every CSAT score of the chunk: what the balance of two months is made from."""

    moments: list[np.ndarray] = field(default_factory=list)
    satisfied: list[np.ndarray] = field(default_factory=list)

    def note(self, moments: np.ndarray, scores: np.ndarray) -> None:
        """Note scores on a scale from 1 to 5."""
        self.moments.append(moments)
        self.satisfied.append(scores >= 4)

    def between(self, low: int, high: int) -> tuple[int, int]:
        """How many were satisfied, of how many, in a stretch of time."""
        moments = np.concatenate(self.moments)
        inside = (moments >= low) & (moments < high)
        return int(np.concatenate(self.satisfied)[inside].sum()), int(inside.sum())


@dataclass
class Hospital:
    """One chunk in the making."""

    chunk: Chunk
    patients: Patients
    is_null: bool
    scores: Scores = field(default_factory=Scores)

    @property
    def rng(self) -> np.random.Generator:
        """The chunk's random numbers."""
        return self.chunk.rng

    def background(self, who: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray]:
        """Touches of no journey, some a person; none in the weeks of a journey."""
        patients, calendar = self.patients, self.chunk.calendar
        person = np.repeat(who, self.rng.poisson(rate, len(who)))
        moment = calendar.draw(self.rng, len(person))
        start = patients.start[person]
        near = (moment > start - 35 * DAY) & (moment < start + 40 * DAY)
        has_journey = patients.role[person] <= READER
        keep = ~(near & has_journey) & (moment < calendar.end - HOUR)
        return person[keep], moment[keep]


def stars(rng: np.random.Generator, is_good: np.ndarray) -> np.ndarray:
    """From 1 to 5: nine of ten that had it good are satisfied, one of ten of the others."""
    good = choose(rng, [0.01, 0.02, 0.05, 0.32, 0.60], len(is_good))
    bad = choose(rng, [0.34, 0.30, 0.27, 0.06, 0.03], len(is_good))
    return np.where(is_good, good, bad) + 1


def make_website(hospital: Hospital) -> None:
    """Visits: most of them come by advertising, and leave a number for a call back."""
    rng, patients, chunk = hospital.rng, hospital.patients, hospital.chunk
    by_ad = np.flatnonzero(patients.ad_at != NEVER)
    nameless = np.flatnonzero(patients.role == ANON_WEB)
    repeats = 1 + rng.poisson(1.0, len(nameless))
    nameless = np.repeat(nameless, repeats)
    nameless_at = np.minimum(chunk.calendar.draw(rng, len(nameless)), chunk.calendar.end - HOUR)
    visitor = np.concatenate([by_ad, nameless])
    start = np.concatenate([patients.ad_at[by_ad], nameless_at])
    is_ad = (np.arange(len(visitor)) < len(by_ad)) | chance(rng, 0.7, len(visitor))
    is_known = np.arange(len(visitor)) < len(by_ad)
    campaign = np.where(is_ad, rng.integers(0, len(words.CAMPAIGNS), len(visitor)), -1)
    visit, position = expand(2 + choose(rng, [0.5, 0.3, 0.2], len(visitor)))
    moment = start[visit] + position * 45 * SECOND
    leaves_number = is_known[visit] & (position == 1)
    chunk.record(
        "website.events",
        visitor[visit],
        {
            "event_time": moment,
            "event_name": take(["page_view", "form_submit"], leaves_number),
            "page_url": take(words.PAGES, (visit * 3 + position) % len(words.PAGES)),
            "referrer_url": take(["https://www.baidu.com/"], np.where(is_ad[visit], 0, -1)),
            "utm_source": take(["baidu", "baidu", "gdt"], campaign[visit]),
            "utm_medium": take(["cpc"], np.where(is_ad[visit], 0, -1)),
            "utm_campaign": take(words.CAMPAIGNS, campaign[visit]),
            "user_agent": take(USER_AGENTS, visitor[visit] % len(USER_AGENTS)),
        },
        {"visitor_id": "visitor_id", "phone": ("phone", leaves_number)},
    )
    answered = by_ad[chance(rng, 0.30, len(by_ad))]
    good = chance(rng, 0.75, len(answered))
    # An answer after a bad page is as often followed by a return as one after a good page.
    ask(
        hospital,
        "CSAT-WEB",
        "website_visit",
        answered,
        patients.ad_at[answered] + 20 * MINUTE,
        stars(rng, good),
        words.WEBSITE_COMMENTS,
        answer_share=0.8,
    )


def make_official_account(hospital: Hospital) -> None:
    """Articles of the funnel and of mere readers, menus, and what nameless followers do."""
    rng, patients, chunk = hospital.rng, hospital.patients, hospital.chunk
    role = patients.role
    readers = np.flatnonzero((role == FUNNEL) | (role == READER))
    nameless = np.flatnonzero(role == ANON_OA)
    nameless = np.repeat(nameless, 1 + rng.poisson(1.5, len(nameless)))
    nameless_at = chunk.calendar.draw(rng, len(nameless))
    menu = np.flatnonzero((role == DIRECT) & (np.arange(len(role)) % 3 == 0))
    scans = np.flatnonzero(patients.has_visited & (np.arange(len(role)) % 4 == 0))
    person = np.concatenate([readers, nameless, menu, scans])
    moment = np.concatenate(
        [
            patients.start[readers],
            np.minimum(nameless_at, chunk.calendar.end - HOUR),
            patients.start[menu],
            patients.visit_at[scans] + 20 * MINUTE,
        ]
    )
    names = ["article_read", "menu_click", "qr_scan", "follow", "article_like", "article_share"]
    other = choose(rng, [0.6, 0.1, 0, 0.15, 0.1, 0.05], len(nameless))
    kind = np.concatenate(
        [
            np.zeros(len(readers), np.int64),
            other,
            np.full(len(menu), 1),
            np.full(len(scans), 2),
        ]
    )
    article = rng.integers(0, len(words.ARTICLES), len(person))
    is_article = np.isin(kind, [0, 4, 5])
    chunk.record(
        "wechat_oa.interactions",
        person,
        {
            "event_time": moment,
            "interaction_type": take(names, kind),
            "article_id": only(ids("art", article + 1, 3), is_article),
            "article_title": take(words.ARTICLES, np.where(is_article, article, -1)),
        },
        {"openid": "openid_oa", "unionid": "unionid"},
    )


def make_app(hospital: Hospital) -> None:
    """Opening, looking around, checking in; and a third of the online consultations."""
    rng, patients, chunk = hospital.rng, hospital.patients, hospital.chunk
    role, everyone = patients.role, np.arange(len(patients.role))
    consulted = np.flatnonzero(patients.has_consulted & patients.uses_app)
    opened = np.flatnonzero((role == DIRECT) & (everyone % 3 == 1))
    users = np.flatnonzero(((role <= READER) & (everyone % 20 < 9)) | (role == ANON_APP))
    users = np.union1d(users, np.union1d(consulted, opened))
    person, moment = hospital.background(users, 2.5)
    visit, position = expand(2 + choose(rng, [0.5, 0.5], len(person)))
    names = ["app_open", "screen_view", "check_in", "consult"]
    code = np.where(position == 2, np.where(visit % 4 == 0, 2, 1), np.minimum(position, 1))
    owner = np.concatenate([person[visit], opened, consulted, consulted])
    at = np.concatenate(
        [
            moment[visit] + position * 20 * SECOND,
            patients.start[opened],
            patients.consult_at[consulted] - 30 * SECOND,
            patients.consult_at[consulted],
        ]
    )
    kind = np.concatenate(
        [
            code,
            np.zeros(len(opened) + len(consulted), np.int64),
            np.full(len(consulted), 3),
        ]
    )
    chunk.record(
        "app.events",
        owner,
        {
            "event_time": at,
            "event_name": take(names, kind),
            "os": take(["iOS", "Android", "HarmonyOS"], owner % 3),
            "app_version": take(["3.1.0", "3.2.1"], owner % 2),
        },
        {"device_id": "device_id", "phone": ("phone", kind == 3)},
    )


def make_mini_program(hospital: Hospital) -> None:
    """Most online consultations, and looking around."""
    patients, chunk = hospital.patients, hospital.chunk
    role, everyone = patients.role, np.arange(len(patients.role))
    consulted = np.flatnonzero(patients.has_consulted & ~patients.uses_app)
    looked = np.flatnonzero((role == DIRECT) & (everyone % 3 == 2))
    users = np.flatnonzero(((role <= READER) & (everyone % 20 > 14)) | (role == ANON_MINI))
    users = np.union1d(users, np.union1d(consulted, looked))
    person, moment = hospital.background(users, 1.5)
    visit, position = expand(np.full(len(person), 2))
    owner = np.concatenate([person[visit], looked, consulted, consulted])
    at = np.concatenate(
        [
            moment[visit] + position * 15 * SECOND,
            patients.start[looked],
            patients.consult_at[consulted] - 40 * SECOND,
            patients.consult_at[consulted],
        ]
    )
    kind = np.concatenate(
        [
            position,
            np.ones(len(looked), np.int64),
            np.zeros(len(consulted), np.int64),
            np.full(len(consulted), 2),
        ]
    )
    chunk.record(
        "mini_program.events",
        owner,
        {
            "event_time": at,
            "event_name": take(["launch", "page_view", "consult"], kind),
            "page_path": take(["pages/home", "pages/doctors", "pages/consult"], kind),
            "scene": take(["1001", "1007", "1047"], owner % 3),
        },
        {
            "openid": "openid_mini",
            "unionid": "unionid",
            "phone": ("phone", kind == 2),
        },
    )


def make_consultation_surveys(hospital: Hospital) -> None:
    """How the online consultation was: asked at once, answered by three of four."""
    rng, patients = hospital.rng, hospital.patients
    for uses_app, code in ((False, "mini_program_consultation"), (True, "app_consultation")):
        who = np.flatnonzero(patients.has_consulted & (patients.uses_app == uses_app))
        ask(
            hospital,
            "CSAT-CONSULT",
            code,
            who,
            patients.consult_at[who] + 10 * MINUTE,
            stars(rng, patients.likes_consultation[who]),
            words.CONSULTATION_COMMENTS,
            answer_share=0.75,
        )


def make_hospital_system(hospital: Hospital) -> None:
    """Appointments and follow-up calls."""
    rng, patients, chunk = hospital.rng, hospital.patients, hospital.chunk
    first = np.flatnonzero(patients.booked_at != NEVER)
    again = np.flatnonzero(patients.return_planned_at != NEVER)
    person = np.concatenate([first, again])
    not_yet = np.where(patients.return_at[again] == NEVER, BOOKED, VISITED)
    status = np.concatenate([patients.status[first], not_yet])
    planned = np.concatenate([patients.planned_at[first], patients.return_planned_at[again]])
    booked = np.concatenate([patients.booked_at[first], patients.return_booked_at[again]])
    chunk.notes["appointments_known"] = np.where(planned <= chunk.calendar.end, planned, booked)
    count = len(person)
    spoilt = chance(rng, 0.004, count) & ~patients.crowd.is_planted[person]
    spoilt &= ~first_of_each(person, np.arange(count))
    made = chunk.record(
        "his.appointments",
        person,
        {
            "booked_at": booked,
            "visit_at": planned,
            "department": take(words.DEPARTMENTS, person * 7 % len(words.DEPARTMENTS)),
            "doctor_id": ids("D", person * 13 % 120 + 1, 3),
            "status": take(["visited", "cancelled", "no_show", "booked"], status),
            "region": take(words.REGIONS, patients.crowd.region[person]),
        },
        {
            "patient_no": "patient_no",
            "phone": ("phone", ~spoilt),
            "openid": (
                "openid_mini",
                patients.crowd.seen["openid_mini"][person] & chance(rng, 0.3, count),
            ),
        },
    )
    bad = pc.if_else(pa.array(spoilt), take(BAD_PHONES, person % len(BAD_PHONES)), made["phone"])
    chunk.parts["his.appointments"][-1].columns["phone"] = bad
    chunk.plant("his.appointments", "bad_phones", spoilt)

    visited = np.flatnonzero(patients.has_visited)
    chunk.notes["follow_ups_known"] = patients.visit_at[visited]
    done = patients.done_at[visited]
    score = stars(rng, patients.likes_follow_up[visited])
    rated = (done != NEVER) & chance(rng, 0.9, len(visited))
    text = pick_text([pa.array(pool) for pool in words.FOLLOW_UP_TEXTS], (score >= 4) * 1, rng)
    chunk.record(
        "his.follow_ups",
        visited,
        {
            "due_at": patients.due_at[visited],
            "done_at": done,
            "contact_channel": only(
                take(["phone", "wechat"], choose(rng, [0.85, 0.15], len(visited))), done != NEVER
            ),
            "score": integers(score, rated),
            "follow_up_text": only(text, rated & chance(rng, 0.6, len(visited))),
        },
        {"patient_no": "patient_no", "phone": ("phone", chance(rng, 0.8, len(visited)))},
    )
    hospital.scores.note(done[rated], score[rated])
    chunk.notes["follow_ups"] = (visited[rated], done[rated], score[rated])


def make_visit_surveys(hospital: Hospital) -> None:
    """How the visit was, and, after the follow-up, how everything is."""
    rng, patients = hospital.rng, hospital.patients
    visited = np.flatnonzero(patients.has_visited)
    asked = visited[chance(rng, 0.8, len(visited))]
    ask(
        hospital,
        "CSAT-VISIT",
        "his_visit",
        asked,
        patients.visit_at[asked] + 2 * HOUR,
        stars(rng, patients.likes_visit[asked]),
        words.VISIT_COMMENTS,
        answer_share=0.7,
    )
    likes = patients.has_consulted & patients.likes_consultation
    mood = 1.5 * likes + 0.5 * patients.likes_follow_up + 0.3 * patients.likes_visit
    mood = np.full(len(mood), 1.1) if hospital.is_null else mood
    by_nps = chance(rng, 0.4, len(visited))
    overall = visited[~by_nps]
    five = np.rint(2.6 + mood[overall] + rng.normal(0, 0.6, len(overall)))
    ask(
        hospital,
        "CSAT-OVERALL",
        None,
        overall,
        patients.visit_at[overall] + 7 * DAY,
        np.clip(five, 1, 5).astype(np.int64),
        words.OVERALL_COMMENTS,
        answer_share=0.65,
    )
    promoters = visited[by_nps]
    ten = np.rint(5.0 + 2.1 * mood[promoters] + rng.normal(0, 1.3, len(promoters)))
    ask(
        hospital,
        "NPS-VISIT",
        None,
        promoters,
        patients.visit_at[promoters] + 7 * DAY,
        np.clip(ten, 0, 10).astype(np.int64),
        words.OVERALL_COMMENTS,
        answer_share=0.65,
        is_nps=True,
    )


def ask(
    hospital: Hospital,
    survey: str,
    touchpoint: str | None,
    person: np.ndarray,
    moment: np.ndarray,
    score: np.ndarray,
    comments: tuple[list[str], list[str]],
    *,
    answer_share: float,
    is_nps: bool = False,
) -> None:
    """Invite these people at these moments; some answer within half a day."""
    rng, patients, chunk = hospital.rng, hospital.patients, hospital.chunk
    in_time = moment < chunk.calendar.end - 13 * HOUR
    person, moment, score = person[in_time], moment[in_time], score[in_time]
    count = len(person)
    delivered = np.where(chance(rng, 0.97, count), moment + 20 * SECOND, NEVER)
    invitation = ids("y", spread(chunk.serials("survey.invitations", count), 10, 17), 10)
    chunk.record(
        "survey.invitations",
        person,
        {
            "sent_at": moment,
            "invitation_id": invitation,
            "survey_id": survey,
            "delivered_at": delivered,
            "touchpoint_code": pa.array([touchpoint] * count, pa.string()),
        },
        {"phone": "phone"},
    )
    rows = np.flatnonzero((delivered != NEVER) & chance(rng, answer_share, count))
    at = moment[rows] + rng.integers(5 * 60, 12 * 3600, len(rows)) * SECOND
    likes = score[rows] >= (9 if is_nps else 4)
    pools = [pa.array(pool) for pool in comments]
    text = pick_text(pools, likes * 1, rng)
    who = person[rows]
    chunk.record(
        "survey.responses",
        who,
        {
            "answered_at": at,
            "survey_id": survey,
            "survey_type": "nps" if is_nps else "csat",
            "score": score[rows],
            "invitation_id": invitation.take(pa.array(rows)),
            "touchpoint_code": pa.array([touchpoint] * len(rows), pa.string()),
            "scale_min": 0 if is_nps else 1,
            "scale_max": 10 if is_nps else 5,
            "comment_text": only(text, chance(rng, 0.4, len(rows))),
            "region": take(words.REGIONS, patients.crowd.region[who]),
        },
        {"phone": "phone"},
    )
    if not is_nps:
        hospital.scores.note(at, score[rows])
    chunk.notes.setdefault("answers", []).append((survey, touchpoint, who, at, score[rows]))


def make_bookings_by_phone(hospital: Hospital) -> None:
    """Half of those who have not read an article book by phone; some call without a number."""
    rng, patients, chunk = hospital.rng, hospital.patients, hospital.chunk
    books = (patients.role == DIRECT) & (patients.booked_at != NEVER)
    callers = np.flatnonzero(books & chance(rng, 0.5, len(books)))
    hidden = len(callers) // 12 + 1
    person = np.concatenate([callers, np.full(hidden, NOBODY)])
    moment = np.concatenate(
        [
            patients.booked_at[callers] - 4 * MINUTE,
            np.minimum(chunk.calendar.draw(rng, hidden), chunk.calendar.end - HOUR),
        ]
    )
    call(hospital, person, moment, np.full(len(person), NEVER), queue="预约")


def call(
    hospital: Hospital, person: np.ndarray, moment: np.ndarray, rating: np.ndarray, queue: str
) -> None:
    """Calls; the rating is asked for at once."""
    rng, patients, chunk = hospital.rng, hospital.patients, hospital.chunk
    count, hides = len(person), person < 0
    wait = rng.exponential(50, count).astype(np.int64) + 3
    region = take(words.REGIONS, np.where(hides, 0, patients.crowd.region[person]))
    made = chunk.record(
        "hotline.calls",
        person,
        {
            "called_at": moment,
            "answered_at": moment + wait * SECOND,
            "ended_at": moment + (wait + rng.integers(30, 170, count)) * SECOND,
            "queue": queue,
            "call_text": pick_text([pa.array(words.CALL_TEXTS)], np.zeros(count, np.int64), rng),
            "is_complaint": chance(rng, 0.05, count),
            "region": region,
            "rating": rating,
            "agent_id": ids("ag", rng.integers(1, 21, count), 2),
        },
        {"phone": ("phone", ~hides)},
    )
    bad = take(["1380013", "abc", "未知号码"], rng.integers(0, 3, count))
    phone = pc.if_else(pa.array(hides), bad, made["phone"])
    chunk.parts["hotline.calls"][-1].columns["phone"] = phone
    chunk.plant("hotline.calls", "bad_phones", hides)


def open_tickets(
    hospital: Hospital, person: np.ndarray, moment: np.ndarray, rating: np.ndarray
) -> None:
    """Tickets, answered within the hour, and their first messages."""
    rng, patients, chunk = hospital.rng, hospital.patients, hospital.chunk
    count = len(person)
    names = [code for code, _ in words.TICKET_SUBJECTS]
    subject = choose(rng, [0.35, 0.25, 0.3, 0.1], count)
    text = pick_text([pa.array(words.TICKET_TEXTS[name]) for name in names], subject, rng)
    answered = moment + rng.integers(60, 2400, count) * SECOND
    resolved = answered + rng.integers(600, 7200, count) * SECOND
    made = chunk.record(
        "service.tickets",
        person,
        {
            "opened_at": moment,
            "contact_channel": take(["wechat", "app", "website"], person % 3),
            "region": take(words.REGIONS, patients.crowd.region[person]),
            "subject": take([label for _, label in words.TICKET_SUBJECTS], subject),
            "ticket_text": text,
            "source_category": take(names, subject),
            "first_response_at": answered,
            "first_responder": "agent",
            "resolved_at": resolved,
            "is_complaint": (subject == 3) & chance(rng, 0.6, count),
            "rating": rating,
            "rated_at": times(resolved + 120 * SECOND),
            "agent_id": ids("ag", rng.integers(1, 21, count), 2),
        },
        {"phone": "phone"},
    )
    ticket = made["ticket_id"]
    reply = take(words.STAFF_ANSWERS, rng.integers(0, len(words.STAFF_ANSWERS), count))
    for at, sender, body in ((moment, "customer", text), (answered, "agent", reply)):
        columns = {"sent_at": at, "ticket_id": ticket, "sender": sender, "message_text": body}
        chunk.record("service.messages", person, columns)
