"""Effects of actions by hand: rows from the other oracles, cells by plain sums, errors by a matrix of scores."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from oracles.definitions import seed, touchpoint_types
from oracles.funnels import funnels, tiers
from oracles.landing import as_id, business_date
from oracles.metrics import goals_of_sends, reaching_sends
from oracles.people import identifiers_of, person_of
from oracles.satisfaction import home_regions

if TYPE_CHECKING:
    from oracles.world import World

WINDOW, PLACEBOS, LEAST = 365, 8, 30
Z = 1.959963984540054
DIMENSIONS = ("region", "touchpoint", "channel", "customer_tier", "hash")
CELLS = ("before", "after", "control_before", "control_after")
SIGNS = np.array([-1.0, 1.0, 1.0, -1.0])


@dataclass
class Row:
    """One row of a metric: whose it is, when, where, and what it adds to both sides of the fraction."""

    unit: int
    person: int | None
    day: date
    touchpoint: str | None
    channel: str | None
    region: str | None
    numerator: float
    denominator: float


def rows_of(world: World, metric: dict[str, Any]) -> list[Row]:
    """All rows of a metric."""
    kinds: dict[str, Callable[[World, dict[str, Any]], list[Row]]] = {
        "satisfied": _scores,
        "promoters": _scores,
        "mean": _scores,
        "response": _responses,
        "complaints": _complaints,
        "passage": _passages,
        "return": _returns,
    }
    return kinds[metric["metric_kind"]](world, metric)


def _scores(world: World, metric: dict[str, Any]) -> list[Row]:
    values = {
        "satisfied": lambda score: float(bool(score.is_satisfied)),
        "promoters": lambda score: {"promoter": 1.0, "detractor": -1.0}.get(score.nps_group, 0.0),
        "mean": lambda score: float(1 + 6 * score.scaled),
    }
    value = values[metric["metric_kind"]]
    return [
        Row(
            score.record.key if score.person is None else score.person,
            score.person,
            business_date(score.at),
            score.code,
            score.channel,
            score.region,
            value(score),
            1.0,
        )
        for score in world.scores
        if score.kind == metric["score_type"] and score.scaled is not None
    ]


def _responses(world: World, _: dict[str, Any]) -> list[Row]:
    found = []
    for case in world.cases:
        told = world.case_rows[case.key]
        if told["is_first_response_in_sla"] is not None:
            found.append(
                Row(
                    case.key if case.person is None else case.person,
                    case.person,
                    business_date(case.opened),
                    told["touchpoint_code"],
                    told["channel_code"],
                    told["region"],
                    float(told["is_first_response_in_sla"]),
                    1.0,
                )
            )
    return found


def _complaints(world: World, metric: dict[str, Any]) -> list[Row]:
    limit = timedelta(days=int(metric["outcome_days"]))
    orders = {order.record.key: order for order in world.orders if not order.is_return}
    found = [
        Row(
            key if order.person is None else order.person,
            order.person,
            business_date(order.at),
            None,
            order.channel,
            order.record["region"],
            0.0,
            1.0,
        )
        for key, order in orders.items()
    ]
    for case in world.cases:
        told = world.case_rows[case.key]
        if not told["is_complaint"] or business_date(case.opened) > told["cohort_date"] + limit:
            continue
        order = orders.get(case.contacts[0].order or -1)
        person = case.person
        if order is not None and order.person is not None:
            person = order.person
        own = [order and order.person, order and order.record.key, case.person, case.key]
        found.append(
            Row(
                next(key for key in own if key is not None),
                person,
                told["cohort_date"],
                told["about_touchpoint_code"],
                order.channel if order else told["about_channel_code"],
                order.record["region"] if order else told["region"],
                1.0,
                0.0,
            )
        )
    return found


def _passages(world: World, metric: dict[str, Any]) -> list[Row]:
    if metric["funnel_code"] not in {funnel.code for funnel in funnels()}:
        return []
    limit = timedelta(days=int(metric["outcome_days"]))
    start, goal = int(metric["from_step"]), int(metric["to_step"])
    found = []
    for entry in world.funnel_entries[metric["funnel_code"]]:
        begun = entry.walk.entry.at

        def is_in_time(step: int, reached: Any = entry.walk.reached, begun: Any = begun) -> bool:
            return step in reached and reached[step][0].at <= begun + limit

        if is_in_time(start):
            value = {key: text for (side, key), text in entry.values.items() if side == "entry"}
            region = value["region"]
            found.append(
                Row(
                    entry.person,
                    entry.person,
                    business_date(begun),
                    None,
                    value["channel"],
                    None if region in ("(none)", "(unknown)") else region,
                    float(is_in_time(goal)),
                    1.0,
                )
            )
    return found


def _returns(world: World, metric: dict[str, Any]) -> list[Row]:
    limit = timedelta(days=int(metric["outcome_days"]))
    orders = {order.record.key: order for order in world.orders}
    mine: dict[int, list[tuple[Any, int]]] = defaultdict(list)
    for conversion in world.conversions:
        if conversion.goal == metric["goal_code"] and conversion.person is not None:
            mine[conversion.person].append((conversion.at, conversion.key))

    def is_kept(key: int) -> bool:
        order = orders.get(key)
        return order is None or not order.is_refunded_in_full

    found = []
    for person, made in mine.items():
        made.sort()
        first_day, first = business_date(made[0][0]), orders.get(made[0][1])
        is_back = any(
            first_day < business_date(at) <= first_day + limit and is_kept(key) for at, key in made
        )
        found.append(
            Row(
                person,
                person,
                first_day,
                None,
                first.channel if first else None,
                first.record["region"] if first else None,
                float(is_back),
                1.0,
            )
        )
    return found


def arm_of(person: int, arms: int = 2) -> str:
    """The arm that a hash deals a person to."""
    text = f"arm:{as_id(person)}"
    return str(1 + (int(hashlib.md5(text.encode()).hexdigest()[:16], 16) >> 1) % arms)


def fault_of(action: Any, metric: dict[str, Any] | None) -> str | None:
    """What is wrong with a row, if anything: the first of these."""
    dimension, treated = action["segment_dimension"], action["treated_segment"]
    control, start, end = action["control_segment"], action["starts_on"], action["ends_on"]
    washout = math.floor(action["washout_days"] or 0)
    if metric is None:
        return "unknown_metric"
    if action["touchpoint_code"] and action["touchpoint_code"] not in touchpoint_types():
        return "unknown_touchpoint"
    if dimension is None and (treated or control):
        return "missing_dimension"
    if dimension is not None and dimension not in DIMENSIONS:
        return "unknown_dimension"
    if dimension == "touchpoint" and metric["is_touchpoint_bound"] != "true":
        return "dimension_without_meaning"
    if dimension is not None and treated is None:
        return "missing_treated_segment"
    if treated is not None and treated == control:
        return "same_segments"
    if end is not None and end < start:
        return "ends_before_it_starts"
    if washout < 0:
        return "negative_washout"
    if washout > WINDOW:
        return "washout_too_long"
    if end is not None and end < start + timedelta(days=washout):
        return "ends_in_washout"
    return None


def estimate(sums: list[dict[int, list[float]]], is_share: bool) -> dict[str, float] | None:
    """Effect and interval from numerator and denominator by cell and person; none for too few persons or no variance.

    The scores of all persons in a saturated regression, one column a cell, and the sandwich around them.
    """
    if min(len(cell) for cell in sums) < LEAST:
        return None
    people = sorted(set().union(*sums))
    place = {person: number for number, person in enumerate(people)}
    totals = np.array([[sum(v[i] for v in cell.values()) for i in (0, 1)] for cell in sums])
    if (totals[:, 1] == 0).any():
        return None
    rates = totals[:, 0] / totals[:, 1]
    scores = np.zeros((len(people), len(sums)))
    sizes = np.array([len(cell) for cell in sums], float)
    for column, cell in enumerate(sums):
        for person, (numerator, denominator) in cell.items():
            scores[place[person], column] = numerator - rates[column] * denominator
    bread = np.diag(np.sqrt(sizes / (sizes - 1)) / totals[:, 1])
    variance = bread @ (scores.T @ scores) @ bread
    if is_share:
        yes, n = totals[:, 0] + 2, totals[:, 1] + 4
        floor = yes / n * (1 - yes / n) / n
        variance = variance + np.diag(np.maximum(floor - np.diag(variance), 0))
    own = np.diag(variance)
    signs = SIGNS[: len(sums)] if len(sums) == 4 else np.array([-1.0, 1.0])
    spread = float(signs @ variance @ signs)
    if spread <= 0:
        return None
    degrees = own.sum() ** 2 / (own**2 / (sizes - 1)).sum()
    deviate = Z + 2.372271 / degrees + 2.822499 / degrees**2
    effect = float(signs @ rates)
    found = {
        "effect": effect,
        "low": effect - deviate * math.sqrt(spread),
        "high": effect + deviate * math.sqrt(spread),
        "error": math.sqrt(spread),
    }
    if len(sums) == 4:
        expected = rates[1] - effect
        if rates[1] > 0 and expected > 0:
            turn = np.array([-1 / expected, 1 / rates[1], 1 / expected, -1 / expected])
            margin = deviate * math.sqrt(float(turn @ variance @ turn))
            turned = math.log(rates[1] / expected)
            if margin <= math.log(100):
                found |= {
                    "relative": effect / expected,
                    "relative_low": math.exp(turned - margin) - 1,
                    "relative_high": math.exp(turned + margin) - 1,
                }
    return found


def trend(
    arms: list[list[tuple[int, int, float, float]]],
) -> tuple[float, float | None] | None:
    """Difference of both arms' slopes per 30 days, from (person, day, numerator, denominator), and its p value."""
    moves: dict[int, float] = defaultdict(float)
    difference = 0.0
    for sign, rows in zip((1, -1), arms, strict=True):
        people = {row[0] for row in rows}
        if len(people) < LEAST:
            return None
        day = np.array([float(row[1]) for row in rows])
        value, weight = np.array([row[2] for row in rows]), np.array([row[3] for row in rows])
        if weight.sum() == 0:
            return None
        design = np.column_stack([np.ones(len(rows)), day - (weight @ day) / weight.sum()])
        gram = design.T @ (design * weight[:, None])
        if gram[1, 1] <= 0:
            return None
        mean = value.sum() / weight.sum()
        slope = float(design[:, 1] @ (value - mean * weight) / gram[1, 1])
        rest = value - weight * (mean + slope * design[:, 1])
        scale = math.sqrt(len(people) / (len(people) - 1))
        difference += sign * slope
        for person, move in zip((row[0] for row in rows), design[:, 1] * rest, strict=True):
            moves[person] += sign * scale * move / gram[1, 1]
    error = math.sqrt(sum(move * move for move in moves.values()))
    p_value = math.erfc(abs(difference / error) / math.sqrt(2)) if error else None
    return 30 * difference, p_value


def effects(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """What the mart says of each action, by number and metric."""
    homes, ranks = home_regions(world.landing, world.people), tiers(world.landing, world.people)
    metrics = {str(row["metric_code"]): row for row in seed("effect_metrics")}
    as_of = business_date(world.as_of)
    values: dict[str, Callable[[Row], str | None]] = {
        "region": lambda row: row.region or homes.get(row.person or -1),
        "touchpoint": lambda row: row.touchpoint,
        "channel": lambda row: row.channel,
        "customer_tier": lambda row: ranks.get(row.person or -1),
        "hash": lambda row: None if row.person is None else arm_of(row.person),
    }
    known: dict[str, list[Row]] = {}
    found = {}
    for action in world.landing.records.get("operations.actions", []):
        code = str(action["metric_code"]).lower()
        metric = metrics.get(code)
        fault = fault_of(action, metric)
        told: dict[str, Any] = {"reason_code": fault}
        found[action["action_id"], code] = told
        if fault or metric is None:
            continue
        if code not in known:
            known[code] = rows_of(world, metric)
        start = action["starts_on"]
        washout = math.floor(action["washout_days"] or 0)
        after = start + timedelta(days=washout)
        told_until = as_of - timedelta(days=int(str(metric["outcome_days"])))
        last = min(action["ends_on"] or date.max, after + timedelta(days=WINDOW - 1), told_until)
        dimension = action["segment_dimension"]
        is_narrowed = metric["is_touchpoint_bound"] == "true" and dimension != "touchpoint"
        narrowed = is_narrowed and action["touchpoint_code"]
        names = [action["treated_segment"], action["control_segment"]]
        arms: list[list[tuple[int, int, float, float]]] = [[], []]
        for row in known[code]:
            if narrowed and row.touchpoint != narrowed:
                continue
            is_before = start - timedelta(days=WINDOW) <= row.day < start
            is_before = is_before and row.day <= told_until
            if not is_before and not after <= row.day <= last:
                continue
            value = values[dimension](row) if dimension else None
            for arm in (0, 1):
                if (dimension is None and arm == 0) or (value is not None and value == names[arm]):
                    offset = (row.day - start).days
                    arms[arm].append((row.unit, offset, row.numerator, row.denominator))
        is_immature = last < after
        if not is_immature and not arms[0]:
            told["reason_code"] = "nobody_treated"
        elif not is_immature and names[1] is not None and not arms[1]:
            told["reason_code"] = "nobody_in_control"
        has_control = names[1] is not None
        sides = arms if has_control else arms[:1]
        told |= measured(sides, washout, metric["is_share"] == "true")
        told["verdict"] = None
        if told["reason_code"] is None:
            told["verdict"] = verdict(told, metric, is_immature, has_control)
        told |= placebos(sides, washout, metric["is_share"] == "true", has_control)
        slope = trend(arms_before(sides)) if has_control else None
        told["pre_trend"], told["pre_trend_p"] = slope or (None, None)
    return found


def arms_before(
    sides: list[list[tuple[int, int, float, float]]],
) -> list[list[tuple[int, int, float, float]]]:
    """What lies before the action."""
    return [[row for row in side if row[1] < 0] for side in sides]


def cells_of(
    sides: list[list[tuple[int, int, float, float]]], cut: int, after: int, end: float
) -> list[dict[int, list[float]]]:
    """Numerator and denominator by person, of each arm before and after a day."""
    found = []
    for side in sides:
        for is_after in (False, True):
            cell: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
            for unit, offset, numerator, denominator in side:
                if (after <= offset < end) if is_after else (offset < cut):
                    cell[unit][0] += numerator
                    cell[unit][1] += denominator
            found.append(dict(cell))
    return found


def measured(
    sides: list[list[tuple[int, int, float, float]]], washout: int, is_share: bool
) -> dict[str, Any]:
    """The cells, and the effect or the change that they make."""
    told: dict[str, Any] = {}
    if not any(sides):
        return told
    cells = cells_of(sides, 0, washout, math.inf)
    for name, cell in zip(CELLS, cells, strict=False):
        told[f"{name}_numerator"] = sum(value[0] for value in cell.values())
        told[f"{name}_denominator"] = sum(value[1] for value in cell.values())
        told[f"{name}_user_count"] = len(cell)
    change = estimate(cells[:2], is_share)
    told["change"] = change and (change["effect"], change["low"], change["high"])
    told["estimate"] = estimate(cells, is_share) if len(cells) == 4 else None
    told["people"] = len(set().union(*cells))
    return told


def placebos(
    sides: list[list[tuple[int, int, float, float]]],
    washout: int,
    is_share: bool,
    has_control: bool,
) -> dict[str, Any]:
    """The effects of nothing."""
    first = min((row[1] for side in sides for row in side), default=0)
    found = []
    for number in range(1, PLACEBOS + 1 if has_control and first < 0 else 1):
        cut = math.floor(first * (PLACEBOS + 1 - number) / (PLACEBOS + 1))
        found.append(estimate(cells_of(sides, cut, cut + washout, 0), is_share))
    told = [one for one in found if one is not None]
    hits = sum(one["low"] > 0 or one["high"] < 0 for one in told)
    return {
        "placebo_count": len(told),
        "placebo_share": hits / len(told) if told else None,
        "largest_placebo": max((abs(one["effect"]) for one in told), default=None),
    }


def verdict(
    told: dict[str, Any], metric: dict[str, Any], is_immature: bool, has_control: bool
) -> str:
    """The verdict in words."""
    if is_immature:
        return "immature"
    if not has_control:
        return "before/after only"
    one = told.get("estimate")
    if one is None:
        return "inconclusive"
    margin = float(metric["no_effect_margin"])
    if one["low"] > 0 or one["high"] < 0:
        return (
            "improved" if (one["low"] > 0) == (metric["is_higher_better"] == "true") else "worsened"
        )
    return "no effect" if one["low"] >= -margin and one["high"] <= margin else "inconclusive"


def wilson_ends(yes: int, count: int) -> tuple[float, float]:
    """Both ends of Wilson's interval."""
    share, spread = yes / count, Z * Z / count
    middle = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / count + spread / count / 4) / (1 + spread)
    return (0.0 if yes == 0 else middle - half), (1.0 if yes == count else middle + half)


def lifts(world: World, hours: int = 168, margin: float = 0.02) -> dict[Any, dict[str, Any]]:
    """What the mart says of each medium and campaign, each or all of them."""
    window = timedelta(hours=hours)
    goals = goals_of_sends(world)
    times: dict[Any, list[Any]] = defaultdict(list)
    for conversion in world.conversions:
        times[conversion.goal, conversion.person].append(conversion.at)
    first: dict[Any, dict[int, tuple[Any, int, bool]]] = defaultdict(dict)
    for send in reaching_sends(world):
        person = person_of(world.people, "outreach.sends", identifiers_of(send))
        is_holdout = bool(send["is_holdout"])
        if person is None:
            continue
        told = (send["delivered_at"] or send["sent_at"], send.key, is_holdout)
        media, campaigns = (send["medium"] or "(none)", "(all)"), (send["campaign"], "(all)")
        for medium in media:
            for campaign in (campaigns[0] or "(none)", campaigns[1]):
                mine = first[medium, campaign]
                mine[person] = min(mine.get(person, told), told)
    found = {}
    for key, mine in first.items():
        counts = {False: [0, 0], True: [0, 0]}
        counted = set()
        for person, (at, key_of_send, is_holdout) in mine.items():
            if at + window <= world.as_of:
                goal = goals[key_of_send]
                counted.add(goal)
                counts[is_holdout][0] += 1
                counts[is_holdout][1] += any(
                    at < time <= at + window for time in times[goal, person]
                )
        (n, yes), (m, held) = counts[False], counts[True]
        if not n + m:
            continue
        row: dict[str, Any] = {"n": n, "yes": yes, "m": m, "held": held, "people_needed": None}
        row["goal"] = counted.pop() if len(counted) == 1 else None
        row |= {"lift": None, "low": None, "high": None, "verdict": "inconclusive"}
        if n >= LEAST and m >= LEAST:
            lift = yes / n - held / m
            (low, high), (held_low, held_high) = wilson_ends(yes, n), wilson_ends(held, m)
            low = lift - math.hypot(yes / n - low, held_high - held / m)
            high = lift + math.hypot(high - yes / n, held / m - held_low)
            smooth = [((y + 2) / (c + 4), c + 4) for y, c in ((yes, n), (held, m))]
            error = math.sqrt(sum(p * (1 - p) / c for p, c in smooth))
            needed = (n + m) * ((Z + 0.841621233572914) * error / margin) ** 2
            row |= {"lift": lift, "low": low, "high": high}
            row["people_needed"] = math.ceil(needed - 1e-9)
            if low > 0 or high < 0:
                row["verdict"] = "improved" if low > 0 else "worsened"
            elif -margin <= low and high <= margin:
                row["verdict"] = "no effect"
        if not m:
            row["verdict"] = "no holdout"
        found[key] = row
    return found
