"""Satisfaction by place in a journey: each answer's journey, the touch that it judges, and what came before."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from oracles.definitions import touchpoint_types
from oracles.funnels import wilson
from oracles.journeys import Journey, code_of

if TYPE_CHECKING:
    from oracles.interactions import Touch
    from oracles.world import World

REACH = timedelta(hours=720)
Place = tuple[
    str, str, str, int | None, str | None, bool | None, str | None, tuple[str, ...] | None
]


def journey_of(mine: list[Journey], at: object) -> Journey | None:
    """Of one person's journeys to one goal the one with the last step at most 30 days before an answer."""
    seen = [
        (step.at, step.key, place)
        for place, journey in enumerate(mine)
        for steps in journey.steps.values()
        for step in steps
        if timedelta() <= at - step.at <= REACH  # type: ignore[operator]
    ]
    return mine[max(seen)[2]] if seen else None


def places(world: World) -> dict[Place, list[tuple[bool, float]]]:
    """Answers by goal, level, kind of place and the place: number, code before, whether unanswered, code, path."""
    touches: dict[int, list[Touch]] = defaultdict(list)
    for touch in world.touches:
        if (
            touch.person is not None
            and touchpoint_types()[touch.code]["touchpoint_kind"] != "feedback"
        ):
            touches[touch.person].append(touch)
    for mine in touches.values():
        mine.sort(key=lambda touch: (touch.at, touch.key))
    contacts = {c.touch.key: c for case in world.cases for c in case.contacts}
    journeys: dict[tuple[str, int], list[Journey]] = defaultdict(list)
    for journey in world.journeys:
        journeys[journey.goal, journey.person].append(journey)
    goals = {journey.goal for journey in world.journeys}
    found: dict[Place, list[tuple[bool, float]]] = defaultdict(list)
    for score in world.scores:
        if score.person is None or score.is_satisfied is None or score.scaled is None:
            continue
        answer = (score.is_satisfied, float(score.scaled))
        mine = touches[score.person]
        near = [
            t
            for t in mine
            if t.channel == score.channel and timedelta() <= score.at - t.at <= REACH
        ]
        judged = max(near, key=lambda t: (t.code == score.code, t.at, t.key), default=None)
        for goal in goals:
            journey = journey_of(journeys[goal, score.person], score.at)
            if journey is None:
                continue
            for level in ("channel", "touchpoint"):
                steps = journey.steps[level]
                path = tuple(step.code for step in steps)
                found[goal, level, "path", None, None, None, None, path].append(answer)
                if judged is None:
                    continue
                code = score.channel if level == "channel" else score.code
                before = [
                    t
                    for t in mine
                    if code_of(t, level) != code
                    and (t.at, t.key) <= (judged.at, judged.key)
                    and judged.at - t.at <= REACH
                ]
                number = 1 + sum(step.at < judged.at for step in steps)
                found[goal, level, "step", number, None, None, code, None].append(answer)
                previous, unanswered = "(start)", None
                if before:
                    previous = code_of(before[-1], level)
                    contact = contacts.get(before[-1].key)
                    if contact is not None and contact.is_measured:
                        replies = contact.replies
                        unanswered = not replies or min(replies) > judged.at
                place = (goal, level, "preceding", None, previous, unanswered, code, None)
                found[place].append(answer)
    return found


def rows(world: World, min_sample: int = 30) -> dict[Place, dict[str, object]]:
    """What the mart shows of each place."""
    result: dict[Place, dict[str, object]] = {}
    for place, answers in places(world).items():
        n, good = len(answers), sum(is_good for is_good, _ in answers)
        ends = wilson(good, n) if n >= min_sample else (None, None)
        result[place] = {
            "response_count": n,
            "satisfied_count": good,
            "satisfied_share": good / n if n >= min_sample else None,
            "satisfied_share_low": ends[0],
            "satisfied_share_high": ends[1],
            "mean_score": sum(score for _, score in answers) / n if n >= min_sample else None,
            "is_suppressed": n < min_sample,
        }
    return result
