"""Scores on their scales, and what each cell of touchpoint, channel, region and period shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import inf, sqrt
from statistics import fmean, stdev

from oracles.definitions import seed, touchpoint_types
from oracles.funnels import wilson
from oracles.interactions import Touch, borrowed_identity, is_contract
from oracles.landing import Landing, Record, business_date
from oracles.people import People, identifiers_of, person_of

Z = 1.959963984540054
# touchpoint, channel, region, opening, seconds until a person answered (endless without an answer)
Request = tuple[str, str, str, datetime, float]


@dataclass
class Score:
    """One score that counts; `scaled` is None where it lies outside its scale."""

    record: Record
    kind: str
    code: str
    channel: str
    region: str | None
    at: datetime
    person: int | None
    scaled: Fraction | None
    is_satisfied: bool | None
    nps_group: str | None


def judge(
    kind: str, score: Fraction, low: Fraction | None, high: Fraction | None
) -> tuple[Fraction | None, bool | None, str | None]:
    """(0–1, satisfied, NPS group) of a score on its stated scale, else on the default one of its kind.

    A scale that the seed does not list keeps the default scale's thresholds at the same share of its length.
    """
    rows = [row for row in seed("satisfaction_scales") if row["score_type"] == kind]
    default = next(row for row in rows if row["is_default"] == "true")
    bottom = Fraction(str(default["scale_min"])) if low is None else low
    top = Fraction(str(default["scale_max"])) if high is None else high
    if not bottom <= score <= top or bottom == top:
        return None, None, None
    own = [
        row
        for row in rows
        if Fraction(str(row["scale_min"])) == bottom and Fraction(str(row["scale_max"])) == top
    ]
    rule = own[0] if own else default

    def threshold(column: str) -> Fraction | None:
        if not rule[column]:
            return None
        if own:
            return Fraction(str(rule[column]))
        start = Fraction(str(rule["scale_min"]))
        length = Fraction(str(rule["scale_max"])) - start
        return bottom + (top - bottom) * (Fraction(str(rule[column])) - start) / length

    risen = score if rule["is_ascending"] == "true" else bottom + top - score
    satisfied_from, detractor_to = threshold("satisfied_from"), threshold("detractor_to")
    is_satisfied = satisfied_from is not None and risen >= satisfied_from
    group = None
    if kind == "nps":
        is_detractor = detractor_to is not None and risen <= detractor_to
        group = "promoter" if is_satisfied else "detractor" if is_detractor else "passive"
    return (risen - bottom) / (top - bottom), is_satisfied, group


def home_regions(landing: Landing, people: People) -> dict[int, str]:
    """Region of each person: the newest word of the member system, else of contacts, orders, receipts, contracts, …"""
    told: dict[int, list[tuple[int, float, int, str]]] = defaultdict(list)
    for rank, (table, times) in enumerate(
        (
            ("erp.members", ("registered_at", "loaded_at")),
            ("crm.contacts", ("updated_at", "created_at", "loaded_at")),
            ("ecommerce.orders", ("created_at",)),
            ("store.transactions", ("event_time",)),
            ("crm.activities", ("event_time",)),
            ("his.appointments", ("booked_at",)),
        )
    ):
        for record in landing.records.get(table, []):
            if table == "crm.activities" and not is_contract(record):
                continue
            person = person_of(people, table, identifiers_of(record))
            if person is None or record["region"] is None:
                continue
            at = next((record[column] for column in times if record[column] is not None), None)
            age = -(at - datetime(1970, 1, 1)).total_seconds() if at else inf
            told[person].append((rank, age, record.key, record["region"]))
    return {person: min(words)[3] for person, words in told.items()}


def scores(landing: Landing, people: People, found: list[Touch]) -> list[Score]:
    """Survey answers (the last per invitation and kind), reviews, ratings of tickets and calls."""
    lent = borrowed_identity(landing)
    codes = {touch.key: touch.code for touch in found}
    result = []

    def add(
        table: str,
        record: Record,
        kind: str,
        code: str | None,
        at: datetime,
        score: object,
        region: str | None,
        low: object = None,
        high: object = None,
    ) -> None:
        owner_table, owner = lent.get(record.key, (table, record))
        known = code if code in touchpoint_types() else "survey_answer"
        scaled, is_satisfied, group = judge(
            kind,
            Fraction(str(score)),
            None if low is None else Fraction(str(low)),
            None if high is None else Fraction(str(high)),
        )
        result.append(
            Score(
                record,
                kind,
                str(known),
                str(touchpoint_types()[str(known)]["channel_code"]),
                region,
                at,
                person_of(people, owner_table, identifiers_of(owner)),
                scaled,
                is_satisfied,
                group,
            )
        )

    invitations = {r["invitation_id"]: r for r in landing.records["survey.invitations"]}
    last: dict[tuple[str, object], Record] = {}
    for record in landing.in_scope("survey.responses"):
        occasion = (record["survey_type"], record["invitation_id"] or record.key)
        other = last.get(occasion)
        if other is None or (record["answered_at"], record.key) > (other["answered_at"], other.key):
            last[occasion] = record
    for record in last.values():
        invitation = invitations.get(record["invitation_id"])
        code = record["touchpoint_code"] or (invitation and invitation["touchpoint_code"])
        add(
            "survey.responses",
            record,
            record["survey_type"],
            code,
            record["answered_at"],
            record["score"],
            record["region"],
            record["scale_min"],
            record["scale_max"],
        )
    for record in landing.in_scope("ecommerce.reviews"):
        add(
            "ecommerce.reviews",
            record,
            "review",
            codes[record.key],
            record["event_time"],
            record["rating"],
            None,
        )
    for record in landing.in_scope("service.tickets"):
        if record["rating"] is not None:
            at = record["rated_at"] or record["resolved_at"] or record["opened_at"]
            add(
                "service.tickets",
                record,
                "csat",
                "service_ticket",
                at,
                record["rating"],
                record["region"],
            )
    for record in landing.in_scope("hotline.calls"):
        if record["rating"] is not None:
            at = record["ended_at"] or record["called_at"]
            add(
                "hotline.calls",
                record,
                "csat",
                "hotline_call",
                at,
                record["rating"],
                record["region"],
            )
    for table, code, time, score in (
        ("his.follow_ups", "his_follow_up", "done_at", "score"),
        ("academic.lessons", "academic_lesson", "event_time", "rating"),
    ):
        for record in landing.in_scope(table):
            if record[score] is not None and record[time] is not None:
                add(table, record, "csat", code, record[time], record[score], None)
    return result


def periods_of(day: date) -> list[tuple[str, date | None]]:
    """The day, its week (from Monday), its month and all time."""
    return [
        ("day", day),
        ("week", day - timedelta(days=day.weekday())),
        ("month", day.replace(day=1)),
        ("all", None),
    ]


def quantile(ordered: list[float], share: Fraction) -> float | None:
    """Quantile of waits in order, interpolated; None where it falls on, or towards, an endless one."""
    if not ordered:
        return None
    place = (len(ordered) - 1) * share
    low = ordered[int(place)]
    rest = place - int(place)
    if rest == 0:
        return low if low < inf else None
    high = ordered[int(place) + 1]
    return low + float(rest) * (high - low) if high < inf else None


Cell = tuple[str, str, str, str, date | None]


def last_in_quarter(found: list[Score]) -> set[int]:
    """Keys of the valid scores that are a person's last of their type about a touchpoint in a quarter."""
    last: dict[object, Score] = {}
    for score in found:
        if score.scaled is None:
            continue
        day = business_date(score.at)
        owner = ("nobody", score.record.key) if score.person is None else score.person
        lane = (owner, score.kind, score.code, day.year, (day.month - 1) // 3)
        other = last.get(lane)
        if other is None or (score.at, score.record.key) > (other.at, other.record.key):
            last[lane] = score
    return {score.record.key for score in last.values()}


def poisson(count: int, exposure: float, spread: float = 1.0) -> tuple[float, float]:
    """Score interval of a rate of events, of as many as vary like independent ones."""
    events = count / spread
    middle, reach = events + Z * Z / 2, Z * sqrt(events + Z * Z / 4)
    low = 0.0 if count == 0 else (middle - reach) * spread / exposure
    return low, (middle + reach) * spread / exposure


@dataclass
class Exposure:
    """What complaints are held against, and what else has a row.

    Orders are (whose, region, day), complaints (whose, cell, day that counts, day they began), interactions (code,
    channel, region, day), requests (code, channel, region, opening, wait for a person), texts (code, channel, region,
    day).
    """

    orders: list[tuple[object, str, date]]
    complaints: list[tuple[object, tuple[str, str, str], date, date]]
    contacts: list[tuple[str, str, str, date]]
    requests: list[Request]
    texts: list[tuple[str, str, str, date]]


def cells(
    landing: Landing,
    found: list[Score],
    exposure: Exposure,
    as_of: datetime,
    min_sample: int = 30,
    maturity: int = 30,
) -> dict[Cell, dict[str, object]]:
    """The rows of the satisfaction mart by (touchpoint, channel, region, period, its first day)."""
    by_cell: dict[Cell, list[Score]] = defaultdict(list)
    waits: dict[Cell, list[float]] = defaultdict(list)
    in_time: dict[Cell, list[bool]] = defaultdict(list)
    targets = {
        row["touchpoint_code"]: float(str(row["first_response_seconds"]))
        for row in seed("service_levels")
    }
    for score in found:
        if score.scaled is not None:
            for period, start in periods_of(business_date(score.at)):
                by_cell[
                    score.code, score.channel, score.region or "(unknown)", period, start
                ].append(score)
    for code, channel, region, opened, wait in exposure.requests:
        target = targets[code]
        is_due = wait < inf or (as_of - opened).total_seconds() > target
        for period, start in periods_of(business_date(opened)):
            cell = (code, channel, region, period, start)
            waits[cell].append(wait)
            if is_due:
                in_time[cell].append(wait <= target)

    last_day = business_date(as_of) - timedelta(days=maturity)
    complaints: Counter[Cell] = Counter()
    contacts: Counter[Cell] = Counter()
    by_person: dict[Cell, Counter[object]] = defaultdict(Counter)
    orders: dict[tuple[str, str, date | None], Counter[object]] = defaultdict(Counter)
    for owner, region, day in exposure.orders:
        if day <= last_day:
            for period, start in periods_of(day):
                orders[region, period, start][owner] += 1
    for owner, place, day, began in exposure.complaints:
        for period, start in periods_of(began):
            complaints[(*place, period, start)] += 1
        if day <= last_day:
            for period, start in periods_of(day):
                by_person[(*place, period, start)][owner] += 1
    for code, channel, region, day in exposure.contacts:
        for period, start in periods_of(day):
            contacts[code, channel, region, period, start] += 1
    kept = last_in_quarter(found)
    written = {
        (*place, period, start)
        for *place, day in exposure.texts
        for period, start in periods_of(day)
    }

    result: dict[Cell, dict[str, object]] = {}
    for cell in by_cell.keys() | waits.keys() | complaints.keys() | set(by_person) | written:
        mine = by_cell.get(cell, [])
        row: dict[str, object] = {"response_count": len(mine)}
        of = {
            kind: [s for s in mine if s.kind == kind] for kind in ("csat", "nps", "ces", "review")
        }
        for name, kind in (("csat", "csat"), ("review_satisfied_share", "review")):
            n, good = len(of[kind]), sum(bool(s.is_satisfied) for s in of[kind])
            is_shown = n >= min_sample
            low, high = wilson(good, n) if is_shown else (None, None)
            row |= {name: good / n if is_shown else None, f"{name}_low": low, f"{name}_high": high}
            row["csat_satisfied_count" if kind == "csat" else "review_satisfied_count"] = good
        groups = [s.nps_group for s in of["nps"]]
        quarterly = [s.nps_group for s in of["nps"] if s.record.key in kept]
        for name, answers in (("nps", groups), ("nps_person", quarterly)):
            signs = [1.0 if g == "promoter" else -1.0 if g == "detractor" else 0.0 for g in answers]
            ends: tuple[float | None, ...] = (None, None, None)
            if len(signs) >= min_sample:
                nps = fmean(signs)
                margin = Z * sqrt(fmean((sign - nps) ** 2 for sign in signs) / len(signs))
                ends = nps, max(-1.0, nps - margin), min(1.0, nps + margin)
            row |= dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
        easy = sum(bool(s.is_satisfied) for s in of["ces"])
        ends = wilson(easy, len(of["ces"])) if len(of["ces"]) >= min_sample else (None, None)
        row |= {
            "ces_easy_count": easy,
            "ces_easy_share_low": ends[0],
            "ces_easy_share_high": ends[1],
        }
        row |= _complaints(cell, complaints, contacts, by_person, orders, last_day, min_sample)
        ease = [float(1 + 6 * s.scaled) for s in of["ces"] if s.scaled is not None]
        ces = ces_low = ces_high = None
        if len(ease) >= min_sample:
            ces = fmean(ease)
            margin = Z * stdev(ease) / sqrt(len(ease))
            ces_low, ces_high = max(1.0, ces - margin), min(7.0, ces + margin)
        stars = [float(1 + 4 * s.scaled) for s in of["review"] if s.scaled is not None]
        mine_waits = sorted(waits.get(cell, []))
        met = in_time.get(cell, [])
        is_shown = len(met) >= min_sample
        met_low, met_high = wilson(sum(met), len(met)) if is_shown else (None, None)
        sizes = [len(met), len(quarterly), contacts[cell], *(len(of[kind]) for kind in of)]
        if row["is_complaint_mature"]:
            sizes.append(sum(orders[cell[2], cell[3], cell[4]].values()))
        row |= {
            "csat_response_count": len(of["csat"]),
            "nps_response_count": len(groups),
            "nps_promoter_count": groups.count("promoter"),
            "nps_passive_count": groups.count("passive"),
            "nps_detractor_count": groups.count("detractor"),
            "nps_person_count": len(quarterly),
            "nps_person_promoter_count": quarterly.count("promoter"),
            "nps_person_passive_count": quarterly.count("passive"),
            "nps_person_detractor_count": quarterly.count("detractor"),
            "ces_response_count": len(ease),
            "ces": ces,
            "ces_low": ces_low,
            "ces_high": ces_high,
            "review_count": len(stars),
            "review_score": fmean(stars) if len(stars) >= min_sample else None,
            "request_count": len(mine_waits),
            "responded_count": sum(wait < inf for wait in mine_waits),
            "median_first_response_seconds": quantile(mine_waits, Fraction(1, 2)),
            "p90_first_response_seconds": quantile(mine_waits, Fraction(9, 10)),
            "service_level_due_count": len(met),
            "service_level_met_count": sum(met),
            "service_level_share": sum(met) / len(met) if is_shown else None,
            "service_level_share_low": met_low,
            "service_level_share_high": met_high,
            "is_suppressed": any(0 < size < min_sample for size in sizes),
        }
        result[cell] = row
    return result


def _complaints(
    cell: Cell,
    complaints: Counter[Cell],
    contacts: Counter[Cell],
    by_person: dict[Cell, Counter[object]],
    orders: dict[tuple[str, str, date | None], Counter[object]],
    last_day: date,
    min_sample: int,
) -> dict[str, object]:
    """What a cell shows of complaints."""
    _, _, region, period, start = cell
    end = start
    if start is not None and period == "week":
        end = start + timedelta(days=6)
    elif start is not None and period == "month":
        end = (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    is_mature = end is None or end <= last_day
    mine, placed = by_person[cell], orders[region, period, start]
    count, total = sum(mine.values()), sum(placed.values())
    rate: tuple[float | None, ...] = (None, None, None)
    if is_mature and total >= min_sample:
        ratio = count / total
        spread = 1.0
        if count:
            people = mine.keys() | placed.keys()
            residuals = sum((mine[owner] - ratio * placed[owner]) ** 2 for owner in people)
            spread = max(1.0, residuals / count)
        rate = (ratio, *poisson(count, total, spread))
    per: tuple[float | None, ...] = (None, None, None)
    if contacts[cell] >= min_sample:
        ends = poisson(complaints[cell], contacts[cell])
        per = tuple(100 * part for part in (complaints[cell] / contacts[cell], *ends))
    return {
        "complaint_count": complaints[cell],
        "contact_count": contacts[cell],
        "complaint_cohort_count": count,
        "complaint_order_count": total,
        "is_complaint_mature": is_mature,
        "complaint_rate": rate[0],
        "complaint_rate_low": rate[1],
        "complaint_rate_high": rate[2],
        "complaints_per_100_contacts": per[0],
        "complaints_per_100_contacts_low": per[1],
        "complaints_per_100_contacts_high": per[2],
    }


def feedback_rates(
    landing: Landing, people: People, min_sample: int = 30
) -> dict[Cell, dict[str, object]]:
    """How many of the delivered invitations were answered."""
    invitations = landing.in_scope("survey.invitations")
    answered = {record["invitation_id"] for record in landing.in_scope("survey.responses")}
    tells = any(r["delivered_at"] for r in landing.records.get("survey.invitations", []))
    homes = home_regions(landing, people)
    found: dict[Cell, list[bool]] = defaultdict(list)
    for record in invitations:
        is_answered = record["invitation_id"] in answered
        if record["delivered_at"] is None and not is_answered and tells:
            continue
        person = person_of(people, "survey.invitations", identifiers_of(record))
        code = record["touchpoint_code"]
        code = code if code in touchpoint_types() else "survey_answer"
        channel = str(touchpoint_types()[code]["channel_code"])
        region = homes.get(person, "(unknown)") if person is not None else "(unknown)"
        for period, start in periods_of(business_date(record["delivered_at"] or record["sent_at"])):
            found[code, channel, region, period, start].append(is_answered)
    result: dict[Cell, dict[str, object]] = {}
    for cell, answers in found.items():
        n, good = len(answers), sum(answers)
        ends = wilson(good, n) if n >= min_sample else (None, None)
        result[cell] = {
            "delivered_count": n,
            "answered_count": good,
            "feedback_rate": good / n if n >= min_sample else None,
            "feedback_rate_low": ends[0],
            "feedback_rate_high": ends[1],
        }
    return result
