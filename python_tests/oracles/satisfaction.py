"""Scores on their scales, and what each cell of touchpoint, channel, region and period shows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import inf, sqrt
from statistics import fmean, stdev

from oracles.definitions import seed, touchpoint_types
from oracles.funnels import wilson
from oracles.interactions import Touch, borrowed_identity
from oracles.landing import Landing, Record, business_date
from oracles.people import People, identifiers_of, person_of

Z = 1.959963984540054


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


def cells(
    landing: Landing, found: list[Score], as_of: datetime, min_sample: int = 30
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
    for table, code, opened, answered in (
        ("service.tickets", "service_ticket", "opened_at", "first_response_at"),
        ("hotline.calls", "hotline_call", "called_at", "answered_at"),
    ):
        channel = str(touchpoint_types()[code]["channel_code"])
        for record in landing.in_scope(table):
            wait = inf
            is_human = record["first_responder"] != "bot"
            if record[answered] is not None and is_human:
                if record[answered] < record[opened]:
                    continue
                wait = (record[answered] - record[opened]).total_seconds()
            is_due = wait < inf or (as_of - record[opened]).total_seconds() > targets[code]
            for period, start in periods_of(business_date(record[opened])):
                cell = (code, channel, record["region"] or "(unknown)", period, start)
                waits[cell].append(wait)
                if is_due:
                    in_time[cell].append(wait <= targets[code])

    result: dict[Cell, dict[str, object]] = {}
    for cell in by_cell.keys() | waits.keys():
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
        signs = [1.0 if g == "promoter" else -1.0 if g == "detractor" else 0.0 for g in groups]
        nps = nps_low = nps_high = None
        if len(signs) >= min_sample:
            nps = fmean(signs)
            margin = Z * sqrt(fmean((sign - nps) ** 2 for sign in signs) / len(signs))
            nps_low, nps_high = max(-1.0, nps - margin), min(1.0, nps + margin)
        ease = [float(1 + 6 * s.scaled) for s in of["ces"] if s.scaled is not None]
        ces = ces_low = ces_high = None
        if len(ease) >= min_sample:
            ces = fmean(ease)
            margin = Z * stdev(ease) / sqrt(len(ease))
            ces_low, ces_high = ces - margin, ces + margin
        stars = [float(1 + 4 * s.scaled) for s in of["review"] if s.scaled is not None]
        mine_waits = sorted(waits.get(cell, []))
        met = in_time.get(cell, [])
        is_shown = len(met) >= min_sample
        met_low, met_high = wilson(sum(met), len(met)) if is_shown else (None, None)
        sizes = [len(met), *(len(of[kind]) for kind in of)]
        row |= {
            "csat_response_count": len(of["csat"]),
            "nps_response_count": len(groups),
            "nps_promoter_count": groups.count("promoter"),
            "nps_passive_count": groups.count("passive"),
            "nps_detractor_count": groups.count("detractor"),
            "nps": nps,
            "nps_low": nps_low,
            "nps_high": nps_high,
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
