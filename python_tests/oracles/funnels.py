"""Ordered funnels: who reached which step, when."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from math import sqrt

import numpy as np

from oracles.definitions import seed
from oracles.interactions import Touch

# A step: (number, name, interaction types, is optional)
Step = tuple[int, str, frozenset[str], bool]


def steps_of(funnel: str) -> list[Step]:
    """Steps of a funnel in order."""
    rows = [row for row in seed("funnel_step_definitions") if row["funnel_code"] == funnel]
    numbers = sorted({int(str(row["step_number"])) for row in rows})
    found = []
    for number in numbers:
        mine = [row for row in rows if row["step_number"] == str(number)]
        found.append(
            (
                number,
                str(mine[0]["step_name"]),
                frozenset(str(row["interaction_type"]) for row in mine),
                all(row["is_optional"] == "true" for row in mine),
            )
        )
    return found


def walk(
    events: list[tuple[datetime, int, str]], steps: list[Step], window: timedelta
) -> dict[int, datetime]:
    """Time at which each step is reached by one person's events (time, key, interaction type).

    The required steps are reached each at the first event at or after the one before, within the window from the
    first entry. An optional step is noted where it happens between its required neighbours, and holds nobody up.
    """
    entries = [at for at, _, kind in events if kind in steps[0][2]]
    if not entries:
        return {}
    entered = min(entries)
    reached = {steps[0][0]: entered}
    frontier = entered
    for number, _, kinds, is_optional in steps[1:]:
        if is_optional:
            continue
        times = [
            at for at, _, kind in events if kind in kinds and frontier <= at <= entered + window
        ]
        if not times:
            break
        reached[number] = frontier = min(times)
    for position, (number, _, kinds, is_optional) in enumerate(steps):
        if not is_optional:
            continue
        before = [n for n, _, _, optional in steps[:position] if not optional]
        after = [n for n, _, _, optional in steps[position:] if not optional]
        if before[-1] not in reached:
            continue
        end = reached.get(after[0], entered + window) if after else entered + window
        times = [at for at, _, kind in events if kind in kinds and reached[before[-1]] <= at <= end]
        if times:
            reached[number] = min(times)
    return reached


def wilson(successes: int, trials: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Ends of the Wilson interval: the p at which |successes/n − p| = z·sqrt(p(1−p)/n), by the quadratic formula."""
    a = trials + z * z
    b = -(2 * successes + z * z)
    c = successes * successes / trials
    root = sqrt(max(0.0, b * b - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def funnel_rows(found: list[Touch], min_sample: int = 30) -> list[dict[str, object]]:
    """The rows of the funnel mart, one per funnel, breakdown, value and step."""
    events: dict[int, list[Touch]] = defaultdict(list)
    for touch in found:
        if touch.person is not None:
            events[touch.person].append(touch)
    rows: list[dict[str, object]] = []
    for funnel in seed("funnel_definitions"):
        code = str(funnel["funnel_code"])
        steps = steps_of(code)
        window = timedelta(hours=int(str(funnel["window_hours"])))
        groups: dict[tuple[str, str], list[dict[int, datetime]]] = defaultdict(list)
        for mine in events.values():
            reached = walk([(t.at, t.key, t.kind) for t in mine], steps, window)
            if not reached:
                continue
            entry = min((t.at, t.key, t.channel) for t in mine if t.kind in steps[0][2])
            groups["all", "(all)"].append(reached)
            groups["channel", entry[2]].append(reached)
        for (breakdown, value), walks in groups.items():
            previous_required: int | None = None
            for number, name, _, is_optional in steps:
                reached_it = [walk_ for walk_ in walks if number in walk_]
                waits = []
                for walk_ in reached_it:
                    earlier = [n for n in walk_ if n < number]
                    if earlier:
                        waits.append((walk_[number] - walk_[max(earlier)]).total_seconds())
                denominator = (
                    None
                    if previous_required is None
                    else sum(previous_required in walk_ for walk_ in walks)
                )
                count, entered = len(reached_it), len(walks)
                row: dict[str, object] = {
                    "funnel_code": code,
                    "breakdown": breakdown,
                    "breakdown_value": value,
                    "step_number": number,
                    "step_name": name,
                    "is_optional": is_optional,
                    "user_count": count,
                    "previous_user_count": denominator,
                    "entered_count": entered,
                    "drop_off_count": None if denominator is None else denominator - count,
                    "median_seconds_from_previous": float(np.percentile(waits, 50))
                    if waits
                    else None,
                    "p90_seconds_from_previous": float(np.percentile(waits, 90)) if waits else None,
                    "is_suppressed": (entered if denominator is None else denominator) < min_sample,
                }
                for name_, n in (("previous", denominator), ("start", entered)):
                    is_shown = n is not None and n >= min_sample
                    low, high = wilson(count, n) if is_shown and n else (None, None)
                    row[f"conversion_from_{name_}"] = count / n if is_shown and n else None
                    row[f"conversion_from_{name_}_low"] = low
                    row[f"conversion_from_{name_}_high"] = high
                rows.append(row)
                if not is_optional:
                    previous_required = number
    return rows
