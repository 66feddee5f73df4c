"""The oracles of journeys and contribution themselves, on cases made by hand and on random ones.

Random cases are held against the definitions read another way: a touch's owner by looking at every conversion, Shapley
values by all orders of joining, removal from a chain that remembers everything by counting.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.credits import MODELS, RULES, WHOLE, contribution, shares_of, split
from oracles.data_driven import (
    GROUPS,
    Counts,
    Paths,
    codes_of,
    credit_by,
    group_of,
    jackknife,
    markov,
    models,
    normalised,
    paths_of,
    shapley_path,
    shapley_set,
    standard_errors,
    states_of,
    without_each_group,
)
from oracles.data_driven import (
    contribution as by_data,
)
from oracles.interactions import Touch
from oracles.journeys import (
    TRANSFORMS,
    Conversion,
    Journey,
    Step,
    is_direct,
    journeys,
    steps_of,
)
from oracles.landing import Record

START = datetime(2025, 3, 1)
WINDOW = timedelta(hours=24 * 30)
GOAL = {"order": WINDOW}


def touch(
    key: int,
    hours: float,
    code: str = "website_page_view",
    person: int | None = 1,
    session: int | None = None,
    campaign: str | None = None,
    referrer: str | None = None,
) -> Touch:
    """A touch so many hours after the start, a session of its own unless told."""
    channel = code.split("_")[0]
    table = {"sms": "outreach.sends"}.get(channel, "website.events")
    record = Record(table, key, {"referrer_url": referrer})
    at = START + timedelta(hours=hours)
    made = Touch(record, key, at, channel, code, frozenset(), None, person, None, campaign, None)
    made.session = key if session is None else session
    return made


def conversion(
    key: int, hours: float, person: int | None = 1, goal: str = "order", value: str = "10.00"
) -> Conversion:
    """A conversion so many hours after the start."""
    at = START + timedelta(hours=hours)
    return Conversion(goal, GOAL.get(goal, WINDOW), key, person, at, Decimal(value))


def told(found: list[Journey]) -> list[tuple[list[int], int | None, str]]:
    """(touch keys, conversion key, status) of every journey."""
    return [
        ([step.key for step in j.steps["touchpoint"]], j.conversion_key, j.status) for j in found
    ]


def cut(touches: list[Touch], converting: list[Conversion], as_of: float) -> list[Any]:
    """The journeys of touches that count one by one."""
    end = START + timedelta(hours=as_of)
    return told(journeys(touches, converting, end, GOAL, "all"))


DAYS = 24


def test_the_window_is_hours_and_holds_its_first_moment_but_not_its_last() -> None:
    touches = [
        touch(1, -0.001),
        touch(2, 0),
        touch(3, 30 * DAYS - 0.001),
        touch(4, 30 * DAYS),
    ]
    assert cut(touches, [conversion(9, 30 * DAYS)], 90 * DAYS) == [
        ([1], None, "lapsed"),
        ([2, 3], 9, "converted"),
        ([4], None, "lapsed"),
    ]


def test_a_touch_at_a_conversion_belongs_to_the_next() -> None:
    touches = [touch(1, 0), touch(2, 10), touch(3, 11)]
    assert cut(touches, [conversion(8, 10), conversion(9, 20)], 30) == [
        ([1], 8, "converted"),
        ([2, 3], 9, "converted"),
    ]


def test_of_two_conversions_at_one_instant_the_lower_key_takes_the_touches() -> None:
    assert cut([touch(1, 0)], [conversion(9, 5), conversion(8, 5)], 30) == [([1], 8, "converted")]


def test_a_journey_is_cut_by_a_longer_gap_alone_and_lapses_after_the_window_alone() -> None:
    touches = [touch(1, 0), touch(2, 30 * DAYS), touch(3, 60 * DAYS + 0.01)]
    assert cut(touches, [], 90 * DAYS + 0.01) == [([1, 2], None, "lapsed"), ([3], None, "open")]
    assert cut(touches, [], 90 * DAYS + 0.02)[1] == ([3], None, "lapsed")


def test_the_converting_event_is_no_touch_of_its_goal_but_one_of_others() -> None:
    touches = [
        touch(1, 0, session=1),
        touch(2, 1, "website_consultation", session=1),
        touch(3, 2, session=1),
    ]
    windows = {"consultation": timedelta(days=7), "order": WINDOW}
    found = journeys(
        touches,
        [conversion(2, 1, goal="consultation")],
        START + timedelta(hours=3),
        windows,
        "all",
    )
    assert [(j.goal, *rest) for j, rest in zip(found, told(found), strict=True)] == [
        ("consultation", [1], 2, "converted"),
        ("consultation", [3], None, "open"),
        ("order", [1, 2, 3], None, "open"),
    ]
    assert found[0].id == "consultation:0000000000000001"


def test_nobody_and_touches_that_earn_nothing_are_in_no_journey() -> None:
    touches = [touch(1, 0, person=None), touch(2, 0, "website_login"), touch(3, 1)]
    assert cut(touches, [conversion(9, 5, person=None)], 30) == [([3], None, "open")]


def test_the_same_moment_is_ordered_by_key() -> None:
    assert cut([touch(7, 1), touch(3, 1)], [], 2) == [([3, 7], None, "open")]


@pytest.mark.parametrize(
    ("transform", "wanted"),
    [
        ("all", [1, 2, 3, 4, 5, 6]),
        ("exposure", [1, 3, 4, 5]),
        ("first", [1, 4]),
        ("unique", [1, 4, 5]),
    ],
)
def test_each_transform_keeps_its_steps(transform: str, wanted: list[int]) -> None:
    chain = [
        touch(1, 0, "website_search", session=1),
        touch(2, 1, "website_page_view", session=1),
        touch(3, 2, "website_search", session=2),
        touch(4, 3, "app_search", session=4),
        touch(5, 4, "website_search", session=2),
        touch(6, 4, "website_search", session=2),
    ]
    assert [step.key for step in steps_of(chain, "channel", transform)] == wanted
    assert [step.code for step in steps_of(chain, "campaign", "unique")] == ["(no campaign)"]


def test_a_step_is_a_lead_when_any_touch_is_and_direct_when_all_are() -> None:
    chain = [
        touch(1, 0, session=1),
        touch(2, 1, "website_consultation", session=1, referrer="https://search.demo"),
        touch(3, 2, session=2),
    ]
    steps = steps_of(chain, "channel")
    assert [(step.key, step.is_lead, step.is_direct) for step in steps] == [
        (1, True, False),
        (3, False, True),
    ]


def test_direct_is_without_campaign_referrer_and_click_on_a_message() -> None:
    assert is_direct(touch(1, 0))
    assert is_direct(touch(1, 0, "sms_open"))
    assert not is_direct(touch(1, 0, "sms_click"))
    assert not is_direct(touch(1, 0, campaign="spring"))
    assert not is_direct(touch(1, 0, referrer="https://search.demo"))


# ---------------------------------------------------------------------------------------- rule models


def steps(*flags: str, days: float = 1) -> list[Step]:
    """Steps a day apart with keys from 1: d for direct, l for a lead, anything else for neither."""
    return [
        Step(n, START + timedelta(days=days * n), f"c{n}", "d" in flag, "l" in flag)
        for n, flag in enumerate(flags, start=1)
    ]


@pytest.mark.parametrize(
    ("model", "flags", "wanted"),
    [
        ("first", "---", [100, 0, 0]),
        ("last", "---", [0, 0, 100]),
        ("last_non_direct", "--d", [0, 100, 0]),
        ("last_non_direct", "ddd", [0, 0, 100]),
        ("linear", "----", [25, 25, 25, 25]),
        ("position_based", "-", [100]),
        ("position_based", "--", [50, 50]),
        ("position_based", "----", [40, 10, 10, 40]),
        ("w_shaped", "-", [100]),
        ("w_shaped", "l", [100]),
        ("w_shaped", "--", [50, 50]),
        ("w_shaped", "l-", [65, 35]),
        ("w_shaped", "-l", [35, 65]),
        ("w_shaped", "-l-", [35, 30, 35]),
        ("w_shaped", "---", [45, 10, 45]),
        ("w_shaped", "--ll-", [30, 5, 30, 5, 30]),
        ("w_shaped", "l---", [60, 5, 5, 30]),
        ("w_shaped", "---l", [30, 5, 5, 60]),
    ],
)
def test_a_rule_shares_as_it_is_defined(model: str, flags: str, wanted: list[int]) -> None:
    found = {step.key: units for step, units, _ in shares_of(steps(*flags), model, 100)}
    assert [found.get(n, 0) for n in range(1, len(flags) + 1)] == [
        share * WHOLE // 100 for share in wanted
    ]


def test_a_half_life_halves_the_weight() -> None:
    assert RULES["time_decay"](steps("-", "-", "-", days=7)) == [WHOLE // 4, WHOLE // 2, WHOLE]
    shares = [units for _, units, _ in shares_of(steps("-", "-", "-", days=7), "time_decay", 700)]
    assert sum(shares) == WHOLE
    assert shares == pytest.approx([WHOLE / 7, WHOLE * 2 / 7, WHOLE * 4 / 7], abs=1)
    assert [c for _, _, c in shares_of(steps("-", "-", "-", days=7), "time_decay", -700)] == [
        -100,
        -200,
        -400,
    ]


def test_what_has_decayed_to_nothing_is_no_row() -> None:
    assert len(shares_of(steps("-", "-", days=400), "time_decay", 100)) == 1
    # a weight of one unit beside two of 1e12 gets nothing either
    late = START + timedelta(days=279)
    chain = [Step(1, START, "a"), Step(2, late, "b"), Step(3, late, "c")]
    assert RULES["time_decay"](chain) == [1, WHOLE, WHOLE]
    assert [(step.key, units) for step, units, _ in shares_of(chain, "time_decay", 100)] == [
        (2, WHOLE // 2),
        (3, WHOLE // 2),
    ]


@given(
    st.integers(-(10**7), 10**7),
    st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_a_split_is_whole_and_less_than_a_unit_off(
    total: int, weights: list[int], is_exact: bool
) -> None:
    keys = [(7 * n) % 13 for n in range(len(weights))]
    found = split(total, keys, weights, is_exact)
    assert sum(found.values()) == total
    for key, weight in zip(keys, weights, strict=True):
        assert abs(found[key] - Fraction(total * weight, sum(weights))) < 1 + Fraction(1, 10**6)


@pytest.mark.parametrize("is_exact", [True, False])
def test_what_is_left_goes_to_the_largest_remainders_then_to_the_lowest_keys(
    is_exact: bool,
) -> None:
    # quotas 1.4 and 5.6; three of 1.6 and 5.2; two of 3.5
    assert split(7, [1, 2], [1, 4], is_exact) == {1: 1, 2: 6}
    assert split(10, [9, 2, 5, 4], [4, 4, 13, 4], is_exact) == {2: 2, 4: 2, 5: 5, 9: 1}
    assert split(-7, [8, 3], [1, 1], is_exact) == {3: -4, 8: -3}


CHAINS = st.lists(st.sampled_from(["-", "d", "l", "dl"]), min_size=1, max_size=30)


@given(CHAINS, st.integers(-(10**6), 10**6), st.floats(0, 30))
@settings(max_examples=200, deadline=None)
def test_every_rule_hands_out_one_conversion_and_every_cent(
    flags: list[str], cents: int, days: float
) -> None:
    for model in MODELS:
        shares = shares_of(steps(*flags, days=days), model, cents)
        assert sum(units for _, units, _ in shares) == WHOLE, model
        assert sum(money for _, _, money in shares) == cents, model
        assert all(units > 0 for _, units, _ in shares), model
        assert all(money * cents >= 0 for _, _, money in shares), model


def test_a_conversion_without_touch_or_person_is_unattributed() -> None:
    everything = [conversion(8, 5, value="-3.01"), conversion(9, 5, person=None)]
    found = journeys([touch(1, 1, person=2)], everything, START + timedelta(hours=9), GOAL)
    sums = contribution(everything, found)
    assert sums["order", "channel", "(unattributed)", "linear", "all"] == [2 * WHOLE, 699]
    assert {key[2] for key in sums} == {"(unattributed)"}
    assert by_data(everything, found)["order", "channel", "(unattributed)", "markov_1", "all"] == (
        2.0,
        6.99,
    )


# ------------------------------------------------------------------------------------- random journeys

HOURS = st.sampled_from([0, 1, 5, 24, 24 * 29, 24 * 30, 24 * 30 + 1, 24 * 31, 24 * 60, 24 * 61])
MOMENTS = st.lists(st.tuples(HOURS, HOURS).map(sum), min_size=0, max_size=14)


@given(MOMENTS, st.lists(st.tuples(HOURS, HOURS).map(sum), max_size=5), st.integers(0, 100))
@settings(max_examples=300, deadline=None)
def test_every_touch_is_in_one_journey_and_in_the_right_one(
    touched: list[int], converted: list[int], later: int
) -> None:
    touches = [touch(n * 5 % 101, hours) for n, hours in enumerate(touched, start=1)]
    everything = [conversion(1000 + n * 7 % 11, hours) for n, hours in enumerate(converted)]
    as_of = max([0, *touched, *converted]) + later * DAYS
    found = journeys(touches, everything, START + timedelta(hours=as_of), GOAL, "all")
    at = {made.key: made.at for made in touches}
    of_touch: dict[int, int | None] = {}
    for keys, owner, _ in told(found):
        assert not of_touch.keys() & set(keys)
        of_touch.update(dict.fromkeys(keys, owner))
        assert keys == sorted(keys, key=lambda key: (at[key], key))
    assert of_touch.keys() == at.keys()
    # the definition, read conversion by conversion
    ordered = sorted(everything, key=lambda c: (c.at, c.key))
    wanted: dict[int, int | None] = dict.fromkeys(at)
    for place, one in enumerate(ordered):
        start = one.at - WINDOW
        if place:
            start = max(start, ordered[place - 1].at)
        for key, moment in at.items():
            if start <= moment < one.at:
                assert wanted[key] is None
                wanted[key] = one.key
    assert of_touch == wanted
    assert len({j.conversion_key for j in found if j.conversion}) == sum(
        j.conversion is not None for j in found
    )
    left = [j for j in found if j.conversion is None]
    for journey in left:
        moments = [step.at for step in journey.steps["channel"]]
        assert all(b - a <= WINDOW for a, b in itertools.pairwise(moments))
        # none goes past a conversion
        assert not any(moments[0] < one.at <= moments[-1] for one in ordered)
        is_over = START + timedelta(hours=as_of) - moments[-1] > WINDOW
        assert journey.status == ("lapsed" if is_over else "open")
    for one, other in itertools.pairwise(left):
        assert other.steps["channel"][0].at - one.last_at > WINDOW


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 3)), min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_transforms_keep_less_and_less(marks: list[tuple[str, int]]) -> None:
    codes = {"a": "website_search", "b": "app_search"}
    chain = [touch(n, n, codes[c], session=s) for n, (c, s) in enumerate(marks, start=1)]
    kept = {t: [step.key for step in steps_of(chain, "channel", t)] for t in TRANSFORMS}
    assert set(kept["first"]) <= set(kept["unique"]) <= set(kept["exposure"]) <= set(kept["all"])
    unique = [step.code for step in steps_of(chain, "channel", "unique")]
    assert unique == [code for code, _ in itertools.groupby(touch.channel for touch in chain)]


# ---------------------------------------------------------------------------------- data-driven models

# Names that contain each other, and what other tools join paths with.
NAMES = ("beta", "eta", "a", "a > b", "b", "a > b > a", "(start)", "null")
PATH = st.lists(st.sampled_from(NAMES), min_size=1, max_size=6).map(tuple)
COUNTS = st.tuples(st.integers(0, 4), st.integers(0, 500), st.integers(0, 4))
PATHS = (
    st.dictionaries(PATH, COUNTS, min_size=1, max_size=12)
    .map(
        lambda made: {
            path: Counts(won, cents if won else 0, lost)
            for path, (won, cents, lost) in made.items()
            if won + lost
        }
    )
    .filter(lambda made: any(counts.conversions for counts in made.values()))
)


def test_what_is_open_is_left_out_and_what_has_lapsed_counts() -> None:
    chain = [touch(1, 0, "app_search"), touch(2, 40 * DAYS), touch(3, 90 * DAYS, "sms_click")]
    end = START + timedelta(days=91)
    found = journeys(chain, [conversion(9, 41 * DAYS, value="7.50")], end, GOAL)
    assert [journey.status for journey in found] == ["lapsed", "converted", "open"]
    assert paths_of(found, "channel") == {
        ("app",): Counts(0, 0, 1),
        ("website",): Counts(1, 750, 0),
    }


def total(paths: Paths, what: str) -> int:
    """Sum over the paths."""
    return sum(getattr(counts, what) for counts in paths.values())


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Equal to 1e-9, whatever is nan or None in both."""
    assert one.keys() == other.keys()
    for code, values in one.items():
        for a, b in zip(values, other[code], strict=True):
            assert a == pytest.approx(b, rel=1e-9, abs=1e-9, nan_ok=True), (code, a, b)


@given(PATHS, st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_the_whole_chain_converts_as_often_as_journeys(paths: Paths, order: int) -> None:
    removal = markov(paths, order)
    journeys_made = total(paths, "journeys")
    assert removal.probability == pytest.approx(total(paths, "conversions") / journeys_made)
    assert removal.expected_cents == pytest.approx(total(paths, "cents") / journeys_made)
    assert all(-1e-9 <= effect <= 1 + 1e-9 for effect in removal.effects.values())


@given(PATHS)
@settings(max_examples=150, deadline=None)
def test_a_chain_that_remembers_everything_loses_the_journeys_of_a_code(paths: Paths) -> None:
    removal = markov(paths, 6)
    for code, effect in removal.effects.items():
        with_it = {path: counts for path, counts in paths.items() if code in path}
        lost = Fraction(total(with_it, "conversions"), total(paths, "conversions"))
        assert effect == pytest.approx(float(lost), abs=1e-9)
        if total(paths, "cents"):
            lost = Fraction(total(with_it, "cents"), total(paths, "cents"))
            assert removal.value_effects[code] == pytest.approx(float(lost), abs=1e-9)


def test_a_chain_of_two_by_hand() -> None:
    """Start goes to a (3 of 4) and b; a goes to b (1 of 3), converts (1), is lost (1); b converts (1 of 2)."""
    paths = {
        ("a",): Counts(1, 100, 1),
        ("a", "b"): Counts(1, 300, 0),
        ("b",): Counts(0, 0, 1),
    }
    removal = markov(paths, 1)
    assert removal.probability == pytest.approx(1 / 2)
    # without a: start to b 1/4, then 1/2; without b: start to a 3/4, then 1/3
    assert removal.effects["a"] == pytest.approx(1 - (1 / 8) / (1 / 2))
    assert removal.effects["b"] == pytest.approx(1 - (1 / 4) / (1 / 2))
    assert removal.expected_cents == pytest.approx(100)
    assert removal.value_effects["a"] == pytest.approx(1 - (150 / 4) / 100)
    assert removal.value_effects["b"] == pytest.approx(1 - (3 / 4 * 100 / 3) / 100)
    assert normalised(removal.effects) == pytest.approx({"a": 0.75 / 1.25, "b": 0.5 / 1.25})


def test_a_state_that_follows_on_itself_is_no_step() -> None:
    assert states_of(tuple("aab"), 1) == [("a",), ("b",)]
    assert states_of(tuple("aaab"), 2) == [("a",), ("a", "a"), ("a", "b")]
    assert states_of(tuple("abab"), 2) == [("a",), ("a", "b"), ("b", "a"), ("a", "b")]


def by_joining(codes: list[str], worth: Any) -> dict[str, Fraction]:
    """Shapley values by every order of joining."""
    found = dict.fromkeys(codes, Fraction(0))
    orders = list(itertools.permutations(codes))
    for order in orders:
        for place, code in enumerate(order):
            gain = worth(frozenset(order[: place + 1])) - worth(frozenset(order[:place]))
            found[code] += Fraction(gain) / len(orders)
    return found


FEW = PATHS.filter(lambda paths: len(codes_of(paths)) <= 5)


@given(FEW)
@settings(max_examples=60, deadline=None)
def test_equal_parts_of_sets_are_the_shapley_value(paths: Paths) -> None:
    def worth(joined: frozenset[str], what: str) -> int:
        return total({p: c for p, c in paths.items() if set(p) <= joined}, what)

    won = by_joining(codes_of(paths), lambda joined: worth(joined, "conversions"))
    cents = by_joining(codes_of(paths), lambda joined: worth(joined, "cents"))
    same(shapley_set(paths), {code: (float(won[code]), float(cents[code])) for code in won})


@given(FEW)
@settings(max_examples=60, deadline=None)
def test_the_rates_of_exact_sets_are_shared_by_the_shapley_value(paths: Paths) -> None:
    ends: dict[frozenset[str], Counts] = {}
    for path, counts in paths.items():
        ends.setdefault(frozenset(path), Counts()).add(counts)
    rates = {codes: Fraction(c.conversions, c.journeys) for codes, c in ends.items()}
    wanted = {code: [Fraction(0), Fraction(0)] for code in codes_of(paths)}
    for codes, counts in ends.items():
        if counts.conversions:
            phi = by_joining(sorted(codes), lambda joined: rates.get(joined, Fraction(0)))
            for code, part in phi.items():
                wanted[code][0] += counts.conversions * part / rates[codes]
                wanted[code][1] += counts.cents * part / rates[codes]
    found = shapley_path(paths)
    same(found, {code: tuple(map(float, parts)) for code, parts in wanted.items()})
    assert math.fsum(part[0] for part in found.values()) == pytest.approx(
        total(paths, "conversions")
    )


def test_a_code_can_take_away_in_shapley_path() -> None:
    """a alone converts always, with b half the time: half a journey's credit is a's 0.75 less b's 0.25."""
    paths = {("a",): Counts(1), ("a", "b"): Counts(1, 0, 1)}
    credit = {code: won for code, (won, _) in shapley_path(paths).items()}
    assert credit == pytest.approx({"a": 1 + 0.75 / 0.5, "b": -0.25 / 0.5})


@given(PATHS, st.permutations(NAMES))
@settings(max_examples=80, deadline=None)
def test_names_and_size_change_no_share(paths: Paths, others: list[str]) -> None:
    renamed = dict(zip(NAMES, others, strict=True))
    other = {tuple(renamed[code] for code in path): counts for path, counts in paths.items()}
    twice = {p: Counts(2 * c.conversions, 2 * c.cents, 2 * c.nulls) for p, c in paths.items()}
    for model in models((1, 2, 3)):
        credit = credit_by(model, paths)
        same(credit_by(model, other), {renamed[code]: credit[code] for code in credit})
        same(credit_by(model, twice), {code: (2 * w, 2 * v) for code, (w, v) in credit.items()})


@given(PATHS)
@settings(max_examples=80, deadline=None)
def test_every_model_hands_out_what_there_is(paths: Paths) -> None:
    for model in models((1, 2)):
        credit = credit_by(model, paths)
        won = math.fsum(part[0] for part in credit.values())
        cents = math.fsum(part[1] for part in credit.values())
        assert won == pytest.approx(total(paths, "conversions")), model
        if total(paths, "cents"):
            assert cents == pytest.approx(total(paths, "cents")), model


def test_nothing_to_lose_has_no_effect() -> None:
    removal = markov({("a",): Counts(0, 0, 3)}, 1)
    assert removal.effects == {"a": None}
    assert math.isnan(credit_by("markov_1", {("a",): Counts(0, 0, 3)})["a"][0])


# ------------------------------------------------------------------------------------------ jackknife


def walks(count: int) -> list[Journey]:
    """Journeys of so many people: a, b or both, two of three converting."""
    made = []
    for person in range(count):
        codes = [("a",), ("b",), ("a", "b"), ("b", "a", "b")][person * 7 % 4]
        won = conversion(10**6 + person, 100, person) if person % 3 else None
        journey = Journey("order", person, person, START, won, "converted" if won else "lapsed")
        journey.steps = {"channel": [Step(n, START, code) for n, code in enumerate(codes)]}
        made.append(journey)
    return made


def test_groups_are_of_the_id_that_readers_see_and_alike_in_size() -> None:
    # md5 of 00000000000000ff begins 0f3f958a19576055
    assert group_of(255) == (0x0F3F958A19576055 >> 1) % GROUPS == 16
    sizes = Counter(group_of(person) for person in range(50_000))
    assert len(sizes) == GROUPS
    # five times the scatter of chance
    assert all(abs(size - 1000) < 160 for size in sizes.values())


def test_leaving_a_group_out_is_counting_the_others() -> None:
    found = walks(300)
    for group, paths in enumerate(without_each_group(found, "channel")):
        others = [journey for journey in found if group_of(journey.person) != group]
        assert paths == dict(paths_of(others, "channel"))


def test_the_standard_error_of_a_share_is_about_that_of_a_mean() -> None:
    """By sets, a's share is the mean of 1, 0 and 1/2 over converting journeys: its error is known."""
    found = walks(3000)
    parts = {("a",): 1.0, ("b",): 0.0, ("a", "b"): 0.5, ("b", "a", "b"): 0.5}
    given_parts = [
        parts[tuple(step.code for step in journey.steps["channel"])]
        for journey in found
        if journey.conversion
    ]
    mean = sum(given_parts) / len(given_parts)
    credit, _ = credit_by("shapley_set", paths_of(found, "channel"))["a"]
    assert credit / len(given_parts) == pytest.approx(mean)
    spread = sum((part - mean) ** 2 for part in given_parts) / (len(given_parts) - 1)
    wanted = math.sqrt(spread / len(given_parts))
    error = jackknife("shapley_set", [], found, "channel")["a"]
    assert wanted / 1.4 < error < wanted * 1.4
    assert jackknife("shapley_set", [], found, "channel")["b"] == pytest.approx(error)


def test_replicates_alike_have_no_error() -> None:
    assert standard_errors([{"a": 0.25}] * GROUPS) == {"a": 0.0}
    assert standard_errors([{"a": 0.0}, {"a": 1.0}]) == {"a": 0.5}
