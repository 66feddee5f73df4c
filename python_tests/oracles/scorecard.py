"""Figures of touchpoints, their priority and the answers of the home page, by plain loops over the other oracles."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from oracles import landing
from oracles.credits import cents_of, shares_of
from oracles.definitions import seed
from oracles.funnels import funnels
from oracles.satisfaction import periods_of, quantile
from oracles.world import World

GOAL, MODEL, MIN_SAMPLE = "order", "position_based", 30
INTEREST = {"search", "favourite", "cart", "consult"}
Place = tuple[str, str, date | None]


def periods(day: date) -> list[tuple[str, date | None]]:
    """Week, month and all time of a day."""
    return [period for period in periods_of(day) if period[0] != "day"]


def after(period: str, start: date | None) -> date | None:
    """The first day behind a period."""
    if start is None:
        return None
    return start + timedelta(days=7) if period == "week" else _next_month(start)


def before(period: str, start: date | None) -> date | None:
    """The first day of the period before."""
    if start is None:
        return None
    return (
        start - timedelta(days=7)
        if period == "week"
        else (start - timedelta(days=1)).replace(day=1)
    )


def _next_month(start: date) -> date:
    return (start + timedelta(days=32)).replace(day=1)


def figures(world: World) -> dict[Place, dict[str, Any]]:
    """The rows of the scorecard that its other figures are made from, by (touchpoint, period, first day)."""
    window = next(c.lookback for c in world.conversions if c.goal == GOAL)
    today = landing.business_date(world.as_of)
    bought: dict[int, list[datetime]] = defaultdict(list)
    asked: dict[int, list[datetime]] = defaultdict(list)
    for conversion in world.conversions:
        if conversion.goal == GOAL and conversion.person is not None:
            bought[conversion.person].append(conversion.at)
    for touch in world.touches:
        if touch.person is not None and touch.kind in INTEREST:
            asked[touch.person].append(touch.at)

    touched: dict[Place, int] = defaultdict(int)
    met: dict[Place, set[int]] = defaultdict(set)
    matured: dict[Place, set[int]] = defaultdict(set)
    converted: dict[Place, set[int]] = defaultdict(set)
    interested: dict[Place, set[int]] = defaultdict(set)
    for touch in world.touches:
        day = landing.business_date(touch.at)
        is_mature = day + window + timedelta(days=1) <= today
        for period in periods(day):
            place = (touch.code, *period)
            touched[place] += 1
            if touch.person is None:
                continue
            met[place].add(touch.person)
            if is_mature:
                matured[place].add(touch.person)
                for times, group in ((bought, converted), (asked, interested)):
                    if any(touch.at < at <= touch.at + window for at in times[touch.person]):
                        group[place].add(touch.person)

    units: dict[Place, int] = defaultdict(int)
    cents: dict[Place, int] = defaultdict(int)
    led = {(j.goal, j.conversion.key): j for j in world.journeys if j.conversion is not None}
    for conversion in world.conversions:
        journey = led.get((conversion.goal, conversion.key))
        if conversion.goal == GOAL and journey is not None:
            shares = shares_of(journey.steps["touchpoint"], MODEL, cents_of(conversion))
            for step, unit, cent in shares:
                for period in periods(landing.business_date(conversion.at)):
                    units[step.code, *period] += unit
                    cents[step.code, *period] += cent

    answers: dict[Place, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (code, _, _, period_type, start), row in world.satisfaction.items():
        if period_type != "day" and (
            row["response_count"] or row["request_count"] or row["complaint_count"]
        ):
            counts = answers[code, period_type, start]
            for name in COUNTS:
                counts[name] += int(str(row[name]))
    waits = response_times(world)

    first = landing.business_date(min(touch.at for touch in world.touches))
    result: dict[Place, dict[str, Any]] = {}
    for place in touched.keys() | answers.keys() | units.keys():
        code, period_type, start = place
        end = after(period_type, start)
        is_mature = end is None or end + window <= today
        size = len(matured[place]) if is_mature else 0
        counts = answers[place]
        csat_size, nps_size = counts["csat_response_count"], counts["nps_response_count"]
        row: dict[str, Any] = {
            "is_complete": start is None or (end is not None and first <= start and end <= today),
            "is_conversion_mature": is_mature,
            "touch_count": touched[place],
            "person_count": len(met[place]),
            "matured_person_count": len(matured[place]),
            "converted_person_count": len(converted[place]),
            "conversion_rate": len(converted[place]) / size if size >= MIN_SAMPLE else None,
            "interested_person_count": len(interested[place]),
            "intent_rate": len(interested[place]) / size if size >= MIN_SAMPLE else None,
            "contribution_units": units[place],
            "contribution_cents": cents[place],
            **{name: counts[name] for name in COUNTS},
            "csat": counts["csat_satisfied_count"] / csat_size if csat_size >= MIN_SAMPLE else None,
            "nps": (counts["nps_promoter_count"] - counts["nps_detractor_count"]) / nps_size
            if nps_size >= MIN_SAMPLE
            else None,
            "median_first_response_seconds": quantile(sorted(waits[place]), Fraction(1, 2))
            if len(waits[place]) >= MIN_SAMPLE
            else None,
        }
        result[place] = row
    return result


COUNTS = (
    "csat_response_count",
    "csat_satisfied_count",
    "nps_response_count",
    "nps_promoter_count",
    "nps_detractor_count",
    "ces_response_count",
    "request_count",
    "complaint_count",
)
RELATIVE = ("touch_count", "person_count", "complaint_count")
ABSOLUTE = ("conversion_rate", "intent_rate", "csat", "nps", "median_first_response_seconds")


def with_changes(rows: dict[Place, dict[str, Any]]) -> dict[Place, dict[str, Any]]:
    """The rows, with their changes on the period before."""
    told = {}
    for (code, period, start), row in rows.items():
        old = rows.get((code, period, before(period, start))) if start is not None else None
        is_paired = old is not None and old["is_complete"] and row["is_complete"]
        changes: dict[str, Any] = {}
        for name in RELATIVE:
            is_known = is_paired and old is not None and old[name]
            changes[f"{name}_change"] = row[name] / old[name] - 1 if is_known and old else None
        for name in ABSOLUTE:
            is_known = is_paired and old is not None and None not in (old[name], row[name])
            changes[f"{name}_change"] = row[name] - old[name] if is_known and old else None
        told[code, period, start] = row | changes
    return told


def response_times(world: World) -> dict[Place, list[float]]:
    """Waits for the first human reply; endless without one."""
    waits: dict[Place, list[float]] = defaultdict(list)
    for code, _, _, opened, wait in world.requests:
        for period in periods(landing.business_date(opened)):
            waits[code, *period].append(wait)
    return waits


FIGURES = {
    "traffic": "person_count",
    "conversion": "conversion_rate",
    "intent": "intent_rate",
    "contribution": "contribution_share",
    "csat": "csat",
    "nps": "nps",
    "ces": "ces",
    "sentiment": "mean_sentiment",
    "response": "median_first_response_seconds",
    "complaint": "complaint_rate",
}


def priorities(rows: list[dict[str, Any]]) -> dict[tuple[str, str, str, date | None], float]:
    """Score by (business goal, touchpoint, period, first day), from the figures that the scorecard shows."""
    groups: dict[tuple[str, date | None], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["touchpoint_code"] != "unmapped":
            groups[row["period_type"], row["period_start_date"]].append(row)
    weights: dict[str, list[dict[str, str | None]]] = defaultdict(list)
    for weight in seed("priority_weights"):
        weights[str(weight["business_goal_code"])].append(weight)
    found: dict[tuple[str, str, str, date | None], float] = {}
    for goal, chosen in weights.items():
        total = sum(int(str(weight["weight"])) for weight in chosen)
        for (period, start), group in groups.items():
            for weight in chosen:
                name = FIGURES[str(weight["figure_code"])]
                sign = -1 if weight["urgent_end"] == "low" else 1
                known = [(sign * row[name], row) for row in group if row[name] is not None]
                for value, row in known:
                    milder = sum(other < value for other, _ in known)
                    urgency = milder / (len(known) - 1) if len(known) > 1 else 0.0
                    place = (goal, row["touchpoint_code"], period, start)
                    part = int(str(weight["weight"])) * urgency / total
                    found[place] = found.get(place, 0.0) + part
    return found


Candidates = dict[tuple[str, str, date | None], dict[str, tuple[int, int]]]


def candidates(world: World) -> Candidates:
    """By (question, period, first day): numerator and denominator of each answer."""
    found: Candidates = defaultdict(dict)
    first: dict[int, tuple[datetime, int, str]] = {}
    for touch in world.touches:
        if touch.is_attributable and touch.person is not None:
            mine = (touch.at, touch.key, touch.channel)
            first[touch.person] = min(mine, first.get(touch.person, mine))
    new: dict[tuple[str, date | None], list[str]] = defaultdict(list)
    for at, _, channel in first.values():
        for period in periods(landing.business_date(at)):
            new[period].append(channel)
    for period, channels in new.items():
        for channel in channels:
            found["origin", *period][channel] = (channels.count(channel), len(channels))

    buyers: dict[tuple[str, date | None], set[int]] = defaultdict(set)
    places: dict[tuple[str, str, date | None], set[int]] = defaultdict(set)
    paid = {order.record.key: order for order in world.orders}
    for conversion in world.conversions:
        if conversion.goal == GOAL and conversion.person is not None:
            for period in periods(landing.business_date(conversion.at)):
                buyers[period].add(conversion.person)
                places[paid[conversion.key].channel, *period].add(conversion.person)
    for (channel, *period), persons in places.items():
        found["conversion", *period][channel] = (len(persons), len(buyers[tuple(period)]))

    today = landing.business_date(world.as_of)
    told = {touch.kind for touch in world.touches}
    for funnel in funnels():
        if funnel.entry_rule != "first" or funnel.hold or not funnel.is_valued:
            continue
        if funnel.step_order == "any":
            continue
        numbers = [step.number for step in funnel.required]
        known = {step.number for step in funnel.required if step.kinds & told}
        for entry in world.funnel_entries[funnel.code]:
            day = landing.business_date(entry.walk.entry.at)
            if datetime(day.year, day.month, day.day) + timedelta(
                days=1
            ) + funnel.window > datetime(today.year, today.month, today.day):
                continue
            last = entry.walk.last(funnel)
            for period, start in periods(day):
                end = after(period, start)
                if end is not None and datetime(
                    end.year, end.month, end.day
                ) + funnel.window > datetime(today.year, today.month, today.day):
                    continue
                for number, following in pairwise(numbers):
                    if number <= last and following in known:
                        code = f"{funnel.code}:{following}"
                        lost, came = found["loss", period, start].get(code, (0, 0))
                        found["loss", period, start][code] = (lost + (number == last), came + 1)
    for (code, period, start), row in figures(world).items():
        if row["csat_response_count"]:
            counts = (row["csat_satisfied_count"], row["csat_response_count"])
            found["best", period, start][code] = counts
    return found


def chosen(question: str, answers: dict[str, tuple[int, int]]) -> list[str]:
    """The answers that may be told, the first one first: the best by its share, the others by the number of people."""

    def order(code: str) -> tuple:
        count, of = answers[code]
        return (-count / of if question == "best" else 0, -count, -of, code)

    return sorted((code for code, (_, n) in answers.items() if n >= MIN_SAMPLE), key=order)
