"""What goes with what, what comes next, and what to recommend to whom, in plain Python.

Segments (region and tier of a known person) are given as `dim_users` shows them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from oracles.metrics import _public as public_name
from oracles.metrics import contents, items_of_orders

if TYPE_CHECKING:
    from oracles.world import World

MAX_ITEMS, HALF_LIFE_DAYS, MIN_SUPPORT, NEIGHBOURS = 50, 180, 2, 50
AFFINITY_PRIOR, SEGMENT_PRIOR = 10_000_000, 100_000_000
POPULAR, WANTED, WHOLE = 50, 10, 1_000_000_000


@dataclass
class Bought:
    """What a person bought of one item."""

    times: list[datetime] = field(default_factory=list)
    orders: set[int] = field(default_factory=set)
    weight: int = 0
    is_compared: bool = False


def share(part: float, whole: float) -> int:
    """A share in whole billionths."""
    return math.floor(WHOLE * float(part) / float(whole))


def bought(world: World) -> dict[int, dict[str, Bought]]:
    """Items by person, of orders that were paid by now."""
    items = items_of_orders(world)
    found: dict[int, dict[str, Bought]] = defaultdict(dict)
    for order in world.orders:
        paid_at = order.record["paid_at"] or order.at
        late = max(order.at, paid_at) > world.as_of
        if order.person is None or not order.is_paid or order.is_return or late:
            continue
        for item in items.get(order.record.key, ()):
            one = found[order.person].setdefault(item, Bought())
            one.times.append(order.at)
            one.orders.add(order.record.key)
    for mine in found.values():
        newest = sorted(mine, key=lambda item: item)
        newest.sort(key=lambda item: max(mine[item].times), reverse=True)
        for place, item in enumerate(newest):
            seconds = (world.as_of - max(mine[item].times)).total_seconds()
            mine[item].weight = math.floor(1e6 * 0.5 ** (seconds / (HALF_LIFE_DAYS * 86400)))
            mine[item].is_compared = place < MAX_ITEMS
    return found


class Recommender:
    """Everything that recommendations are made of."""

    def __init__(self, world: World, segments: dict[int, str], consumables: bool = False) -> None:
        self.world, self.segment, self.consumables = world, segments, consumables
        self.bought = bought(world)
        self.learned = {
            person: {item: one for item, one in mine.items() if one.is_compared}
            for person, mine in self.bought.items()
            if world.consents[(person, "analysis")][0]
        }
        self.users: Counter[str] = Counter()
        self.weights: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        pair_weights: Counter[tuple[str, str]] = Counter()
        for mine in self.learned.values():
            for item, one in mine.items():
                self.users[item] += 1
                self.weights[item] += one.weight
                for other, another in mine.items():
                    if item != other or len(one.orders) > 1:
                        pairs[(item, other)] += 1
                        pair_weights[(item, other)] += min(one.weight, another.weight)
        self.total = sum(max(o.weight for o in mine.values()) for mine in self.learned.values())
        self.pairs = pairs
        by_item: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for (item, other), count in pairs.items():
            if count >= MIN_SUPPORT:
                gain = share(pair_weights[(item, other)], self.weights[item] + AFFINITY_PRIOR)
                by_item[item].append((-gain, -self.users[other], other))
        self.neighbours = {
            item: [(other, -gain) for gain, _, other in sorted(found)[:NEIGHBOURS]]
            for item, found in by_item.items()
        }
        self._segments()

    def _segments(self) -> None:
        sums: dict[str, Counter[str]] = {code: Counter() for code in self.segment.values()}
        totals: Counter[str] = Counter()
        for person, mine in self.learned.items():
            if person in self.segment:
                totals[self.segment[person]] += max(one.weight for one in mine.values())
                for item, one in mine.items():
                    sums[self.segment[person]][item] += one.weight
        self.popular = {
            code: {
                item: share(
                    counted[item] + SEGMENT_PRIOR * float(self.weights[item]) / self.total,
                    totals[code] + SEGMENT_PRIOR,
                )
                for item in self.users
            }
            for code, counted in sums.items()
        }

    def affinities(self) -> dict[tuple[str, str], tuple[int, int, int]]:
        """(item, other) → (rank, persons who have both, gain)."""
        return {
            (item, other): (rank, self.pairs[(item, other)], gain)
            for item, found in self.neighbours.items()
            for rank, (other, gain) in enumerate(found, 1)
        }

    def recommendations(self) -> dict[tuple[int, int], dict[str, Any]]:
        """(person, rank) → item, kind and item of the reason, score."""
        tops = {
            code: sorted(found, key=lambda item: (-found[item], item))[:POPULAR]
            for code, found in self.popular.items()
        }
        made: dict[tuple[int, int], dict[str, Any]] = {}
        for person, code in self.segment.items():
            if not self.world.consents[(person, "personalisation")][0]:
                continue
            mine = self.bought.get(person, {})
            basis = [item for item, one in mine.items() if one.is_compared]
            gains: Counter[str] = Counter()
            reasons: dict[str, tuple[int, str]] = {}
            for item in basis:
                for other, gain in self.neighbours.get(item, ()):
                    gains[other] += gain
                    reason = (-gain, item)
                    reasons[other] = min(reasons.get(other, reason), reason)
            counted = [item for item in basis if item in self.users]
            left = sum(
                share(AFFINITY_PRIOR, self.weights[item] + AFFINITY_PRIOR) for item in counted
            )
            parts = {}
            for item in {*gains, *tops[code]}:
                if item in mine and not self.consumables:
                    continue
                prior = self.popular[code][item]
                parts[item] = gains[item] + math.floor(
                    float(prior) * (left if counted else WHOLE) / WHOLE
                )
            ranked = sorted(parts, key=lambda item: (-parts[item], item))[:WANTED]
            for rank, item in enumerate(ranked, 1):
                reason = reasons[item][1] if item in reasons else None
                made[(person, rank)] = {
                    "item_id": item,
                    "reason_item_id": reason,
                    "reason_kind": "popular"
                    if reason is None
                    else "again"
                    if reason == item
                    else "together",
                    "score": parts[item] / (WHOLE * max(len(counted), 1)),
                }
        return made


Taken = dict[tuple[int, str], list[tuple[datetime, str]]]


def moments(world: World, people_items: dict[int, dict[str, Bought]]) -> Taken:
    """(person, kind) → (first time, item), the newest ones, in the order of time."""
    firsts: dict[tuple[int, str], dict[str, datetime]] = defaultdict(dict)
    for person, mine in people_items.items():
        for item, one in mine.items():
            if one.is_compared:
                firsts[(person, "item")][item] = min(one.times)
    for content in contents(world):
        if content.role == "read" and content.touch.person is not None:
            known = firsts[(content.touch.person, "content")]
            at, name = content.touch.at, public_name(world, content.content)
            known[name] = min(at, known.get(name, at))
    found: Taken = {}
    for place, items in firsts.items():
        newest = sorted(items.items(), key=lambda entry: entry[0])
        newest.sort(key=lambda entry: entry[1], reverse=True)
        found[place] = sorted((at, item) for item, at in newest[:MAX_ITEMS])
    return found


def had(
    world: World, people_items: dict[int, dict[str, Bought]]
) -> dict[tuple[int, str], set[str]]:
    """(person, kind) → every item that was ever taken up."""
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for person, mine in people_items.items():
        found[(person, "item")] |= mine.keys()
    for content in contents(world):
        if content.role == "read" and content.touch.person is not None:
            found[(content.touch.person, "content")].add(public_name(world, content.content))
    return found


def steps(taken: Iterable[tuple[datetime, str]]) -> list[list[str]]:
    """Items of each moment, in the order of time."""
    return [[item for _, item in group] for _, group in groupby(taken, key=lambda entry: entry[0])]


def sequences(world: World, taken: Taken) -> dict[tuple[str, str, str], tuple[int, int, int]]:
    """(kind, from, to) → (rank, persons who went on, persons who took up the first)."""
    starts: Counter[tuple[str, str]] = Counter()
    went: Counter[tuple[str, str, str]] = Counter()
    for (person, kind), mine in taken.items():
        if not world.consents[(person, "analysis")][0]:
            continue
        starts.update((kind, item) for _, item in mine)
        walked = steps(mine)
        for ones, others in pairwise(walked):
            went.update((kind, one, other) for one in ones for other in others)
    by_start: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for (kind, one, other), count in went.items():
        by_start[(kind, one)].append((-count, other))
    return {
        (kind, one, other): (rank, -count, starts[(kind, one)])
        for (kind, one), found in by_start.items()
        for rank, (count, other) in enumerate(sorted(found)[:NEIGHBOURS], 1)
        if -count >= MIN_SUPPORT
    }
