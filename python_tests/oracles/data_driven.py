"""What channels contribute by the data: removal from a Markov chain, and Shapley values, over distinct paths.

A path is the tuple of its codes, never a text; what counts is how many journeys took it and how they ended. Journeys
that are still open are left out.

`shapley_set`: the game v(S) = conversions of the journeys whose codes all lie in S; the value of a code is an equal
part of every converting journey that it is in.

`shapley_path`: let r(T) be the conversions of the journeys whose set of codes is exactly T, divided by all of them
(nobody took T: 0). Each converting journey with the set S is shared by the Shapley value of the game r on the subsets
of S alone:

    phi(S, c) = sum over T within S without c of |T|! (|S| - |T| - 1)! / |S|! * (r(T + c) - r(T))

The phi(S, c) of one S add up to r(S). So a code gets  sum over S of conversions(S) * phi(S, c) / r(S)  conversions and
sum over S of value(S) * phi(S, c) / r(S)  value, where S runs over the sets that converted at least once: both add up
to the totals without further scaling. Sets without a conversion give and take nothing, but their r of 0 counts as a
subset of others.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, identity
from scipy.sparse.linalg import splu

from oracles.credits import UNATTRIBUTED, cents_of
from oracles.journeys import LEVELS, Conversion, Journey
from oracles.landing import as_id, business_date

GROUPS = 50
MARKOV_ORDERS = (1,)
# With more codes than at these, shapley_path and the higher orders are not worked out.
FEW_CODE_LEVELS = ("channel", "campaign")
Path = tuple[str, ...]


@dataclass
class Counts:
    """How the journeys of one path ended; value in cents."""

    conversions: int = 0
    cents: int = 0
    nulls: int = 0

    @property
    def journeys(self) -> int:
        """All of them."""
        return self.conversions + self.nulls

    def add(self, other: Counts, times: int = 1) -> None:
        """Take the journeys of another in (or, with -1, out)."""
        self.conversions += times * other.conversions
        self.cents += times * other.cents
        self.nulls += times * other.nulls


Paths = dict[Path, Counts]


def paths_of(found: Iterable[Journey], level: str) -> Paths:
    """Distinct paths with how often they were taken; open journeys are left out."""
    paths: Paths = defaultdict(Counts)
    for journey in found:
        if journey.status == "open":
            continue
        counts = paths[tuple(step.code for step in journey.steps[level])]
        if journey.conversion is None:
            counts.nulls += 1
        else:
            counts.add(Counts(1, cents_of(journey.conversion)))
    return paths


def codes_of(paths: Paths) -> list[str]:
    """Every code on any path."""
    return sorted({code for path in paths for code in path})


@dataclass(frozen=True)
class Removal:
    """A Markov chain: P(convert), expected cents of a journey, and what removing each code takes away of both.

    An effect is None where there is nothing to lose.
    """

    probability: float
    expected_cents: float
    effects: dict[str, float | None]
    value_effects: dict[str, float | None]


def states_of(path: Path, order: int) -> list[Path]:
    """The states that a path visits, without the start: the last codes, at most `order`; a state that follows on
    itself is no step."""
    states: list[Path] = []
    for place in range(1, len(path) + 1):
        state = path[max(0, place - order) : place]
        if not states or states[-1] != state:
            states.append(state)
    return states


def markov(paths: Paths, order: int) -> Removal:
    """Removal effects of every code, by linear equations."""
    places: dict[Path, int] = {(): 0}
    moves: dict[tuple[int, int], int] = defaultdict(int)
    leaving, converting, worth = (defaultdict(int) for _ in range(3))
    for path, counts in paths.items():
        before = 0
        for state in states_of(path, order):
            place = places.setdefault(state, len(places))
            moves[before, place] += counts.journeys
            leaving[before] += counts.journeys
            before = place
        leaving[before] += counts.journeys
        converting[before] += counts.conversions
        worth[before] += counts.cents
    size = len(places)
    if not leaving[0]:
        return Removal(math.nan, math.nan, {}, {})
    rows, columns = ([pair[side] for pair in moves] for side in (0, 1))
    odds = [count / leaving[pair[0]] for pair, count in moves.items()]
    step = csr_matrix((odds, (rows, columns)), shape=(size, size))
    ends = np.array(
        [[converting[n] / leaving[n], worth[n] / leaving[n]] for n in range(size)], dtype=float
    )

    def from_start(kept: np.ndarray) -> tuple[float, float]:
        chain = identity(len(kept), format="csc") - step[kept][:, kept].tocsc()
        reached = splu(chain.tocsc()).solve(ends[kept])[0]
        return float(reached[0]), float(reached[1])

    probability, expected = from_start(np.arange(size))
    effects: dict[str, float | None] = {}
    value_effects: dict[str, float | None] = {}
    for code in codes_of(paths):
        kept = np.array([place for state, place in places.items() if code not in state])
        without, value_without = from_start(kept)
        effects[code] = 1 - without / probability if probability else None
        value_effects[code] = 1 - value_without / expected if expected else None
    return Removal(probability, expected, effects, value_effects)


def normalised(effects: dict[str, float | None]) -> dict[str, float | None]:
    """Effects as shares that add up to one; None where they cannot."""
    total = math.fsum(effect for effect in effects.values() if effect is not None)
    return {
        code: None if effect is None or not total else effect / total
        for code, effect in effects.items()
    }


def sets_of(paths: Paths) -> dict[frozenset[str], Counts]:
    """The same journeys by their set of codes."""
    sets: dict[frozenset[str], Counts] = defaultdict(Counts)
    for path, counts in paths.items():
        sets[frozenset(path)].add(counts)
    return sets


Credit = dict[str, tuple[float, float]]


def shapley_set(paths: Paths) -> Credit:
    """Conversions and cents of every code, equal parts of each converting set."""
    parts: dict[str, list[tuple[float, float]]] = {code: [] for code in codes_of(paths)}
    for codes, counts in sets_of(paths).items():
        for code in codes:
            parts[code].append((counts.conversions / len(codes), counts.cents / len(codes)))
    return _summed(parts)


def shapley_path(paths: Paths) -> Credit:
    """Conversions and cents of every code, by the conversion rates of exactly the sets below each converting set."""
    names = codes_of(paths)
    bit = {name: 1 << place for place, name in enumerate(names)}
    sets = {sum(bit[code] for code in codes): counts for codes, counts in sets_of(paths).items()}
    rates = {
        mask: (mask.bit_count(), counts.conversions / counts.journeys)
        for mask, counts in sets.items()
        if counts.conversions
    }
    parts: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for mask, (size, rate) in rates.items():
        weights = [1 / (size * math.comb(size - 1, below)) for below in range(size)]
        inside = [(other, *rates[other]) for other in rates if other & ~mask == 0]
        for name in names:
            if bit[name] & mask:
                # a subset with the code is what it joined; one without is what it was added to
                phi = math.fsum(
                    weights[count - 1] * its if other & bit[name] else -weights[count] * its
                    for other, count, its in inside
                )
                counts = sets[mask]
                parts[name].append((counts.conversions * phi / rate, counts.cents * phi / rate))
    return _summed(parts)


def _summed(parts: dict[str, list[tuple[float, float]]]) -> Credit:
    return {
        code: (math.fsum(part[0] for part in mine), math.fsum(part[1] for part in mine))
        for code, mine in parts.items()
    }


def markov_credit(paths: Paths, order: int) -> Credit:
    """Conversions and cents of every code by normalised removal effects; nan where there are none to share."""
    removal = markov(paths, order)
    shares, values = normalised(removal.effects), normalised(removal.value_effects)
    conversions = sum(counts.conversions for counts in paths.values())
    cents = sum(counts.cents for counts in paths.values())

    def times(share: float | None, whole: int) -> float:
        return math.nan if share is None else share * whole

    return {
        code: (times(share, conversions), times(values[code], cents))
        for code, share in shares.items()
    }


def credit_by(model: str, paths: Paths) -> Credit:
    """Conversions and cents of every code by a model's name: markov_<order>, shapley_set, shapley_path."""
    if model.startswith("markov_"):
        return markov_credit(paths, int(model.removeprefix("markov_")))
    return {"shapley_set": shapley_set, "shapley_path": shapley_path}[model](paths)


def models(orders: Sequence[int] = MARKOV_ORDERS) -> tuple[str, ...]:
    """Names of the data-driven models."""
    return (*(f"markov_{order}" for order in orders), "shapley_set", "shapley_path")


def is_worked_out(model: str, level: str) -> bool:
    """True where the models give an answer."""
    return level in FEW_CODE_LEVELS or model in ("markov_1", "shapley_set")


# (goal, level, code, model, month as YYYY-MM or 'all') -> (conversions, value)
Answers = dict[tuple[str, str, str, str, str], tuple[float, float]]


def contribution(
    everything: list[Conversion],
    found: list[Journey],
    orders: Sequence[int] = MARKOV_ORDERS,
    is_monthly: bool = False,
) -> Answers:
    """Conversions and value of every code; a conversion that no journey led to is unattributed as in the rule models.

    A month has the journeys that converted in it, or else had their last touch in it.
    """
    led = {(j.goal, j.conversion.key) for j in found if j.conversion is not None}
    periods: dict[tuple[str, str], tuple[list[Journey], Counts]] = defaultdict(
        lambda: ([], Counts())
    )
    for journey in found:
        month = business_date(journey.at).strftime("%Y-%m")
        for period in ("all", month) if is_monthly else ("all",):
            periods[journey.goal, period][0].append(journey)
    for conversion in everything:
        if (conversion.goal, conversion.key) not in led:
            month = business_date(conversion.at).strftime("%Y-%m")
            for period in ("all", month) if is_monthly else ("all",):
                periods[conversion.goal, period][1].add(Counts(1, cents_of(conversion)))
    answers: Answers = {}
    for (goal, period), (mine, alone) in periods.items():
        for level in LEVELS:
            paths = paths_of(mine, level)
            for model in models(orders):
                if not is_worked_out(model, level):
                    continue
                if alone.conversions:
                    answers[goal, level, UNATTRIBUTED, model, period] = (
                        float(alone.conversions),
                        alone.cents / 100,
                    )
                for code, (credit, cents) in credit_by(model, paths).items():
                    answers[goal, level, code, model, period] = (credit, cents / 100)
    return answers


def group_of(person: int) -> int:
    """The group that a person is left out with: md5 of the id that readers see."""
    return (int(hashlib.md5(str(as_id(person)).encode()).hexdigest()[:16], 16) >> 1) % GROUPS


def without_each_group(found: Iterable[Journey], level: str) -> list[Paths]:
    """The paths without the journeys of each group in turn."""
    mine: list[list[Journey]] = [[] for _ in range(GROUPS)]
    everything = list(found)
    for journey in everything:
        mine[group_of(journey.person)].append(journey)
    whole = paths_of(everything, level)
    left: list[Paths] = []
    for journeys in mine:
        rest = {path: Counts(c.conversions, c.cents, c.nulls) for path, c in whole.items()}
        for path, counts in paths_of(journeys, level).items():
            rest[path].add(counts, -1)
        left.append({path: counts for path, counts in rest.items() if counts.journeys})
    return left


def standard_errors(replicates: Sequence[dict[str, float]]) -> dict[str, float]:
    """Jackknife: sqrt((g - 1) / g * sum of squares about the mean of the replicates); a code that a replicate does
    not have has the share 0 there."""
    count = len(replicates)
    found = {}
    for code in sorted({code for replicate in replicates for code in replicate}):
        shares = [replicate.get(code, 0.0) for replicate in replicates]
        mean = math.fsum(shares) / count
        found[code] = math.sqrt(
            (count - 1) / count * math.fsum((share - mean) ** 2 for share in shares)
        )
    return found


def jackknife(
    model: str, everything: Iterable[Conversion], found: Iterable[Journey], level: str
) -> dict[str, float]:
    """Standard error of every code's share of one goal's conversions, with each group of persons left out in turn;
    who is unknown is in no group."""
    journeys = list(found)
    led = {j.conversion.key for j in journeys if j.conversion is not None}
    alone = [conversion for conversion in everything if conversion.key not in led]
    replicates = []
    for group, paths in enumerate(without_each_group(journeys, level)):
        rest = sum(1 for c in alone if c.person is None or group_of(c.person) != group)
        total = rest + sum(counts.conversions for counts in paths.values())
        credit = {code: part for code, (part, _) in credit_by(model, paths).items()}
        replicates.append(
            {code: part / total for code, part in {**credit, UNATTRIBUTED: float(rest)}.items()}
        )
    return standard_errors(replicates)
