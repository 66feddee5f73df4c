"""Funnels against a plain walk over each person's interactions: the funnels of the two datasets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from builds import Build
from oracles import funnels as oracle
from oracles.cases import Case, assert_same, both, case_of, random_case
from oracles.funnels import Event, Funnel, Step, effective, funnels, walks, wilson
from oracles.landing import as_id

NOON = datetime(2025, 3, 1, 12, 0)
PERSONAL = ("customer_tier", "rfm_segment", "lifecycle_stage")
BREAKDOWNS = ("channel", "campaign", "region", "device", *PERSONAL)


def entry_ids(case: Case) -> dict[str, tuple[Funnel, oracle.Entry]]:
    """Every entry that the oracle finds, by its id."""
    found = {}
    for funnel in funnels():
        for entry in case.world.funnel_entries[funnel.code]:
            found[f"{funnel.code}:{as_id(entry.walk.entry.key)}"] = (funnel, entry)
    return found


def mature_entries(case: Case, funnel: Funnel) -> list[oracle.Entry]:
    """The entries of a funnel whose window has passed."""
    return [
        entry
        for entry in case.world.funnel_entries[funnel.code]
        if entry.walk.is_mature(funnel, case.world.as_of)
    ]


@both
def test_every_entry_is_one_that_the_plain_walk_finds(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = {}
    for entry_id, (funnel, entry) in entry_ids(case).items():
        walk = entry.walk
        last = walk.reached[walk.last(funnel)][0]
        is_converted = walk.is_converted(funnel)
        waited = (last.at - walk.entry.at).total_seconds()
        shown = {
            ("last_" if attribution == "conversion" else "")
            + {"channel": "channel_code", "device": "device_class"}.get(breakdown, breakdown): (
                None if value in ("(none)", "(unknown)") else value
            )
            for (attribution, breakdown), value in entry.values.items()
            if breakdown not in PERSONAL or (attribution, breakdown) == ("entry", "customer_tier")
        }
        wanted[entry_id] = shown | {
            "funnel_code": funnel.code,
            "user_id": as_id(entry.person),
            "touchpoint_id": as_id(walk.entry.key),
            "held_value": walk.held,
            "entered_at": walk.entry.at,
            "reached_step": walk.last(funnel),
            "last_reached_at": last.at,
            "last_touchpoint_id": as_id(last.key),
            "is_converted": is_converted,
            "converted_at": last.at if is_converted else None,
            "seconds_to_convert": waited if is_converted else None,
            "is_excluded": walk.excluded_at is not None and not is_converted,
            "is_mature": walk.is_mature(funnel, case.world.as_of),
            "value": entry.value,
        }
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select entry_id, {columns} from marts.fct_funnel_entries")
    assert len(rows) == len(wanted)
    assert_same({row.pop("entry_id"): row for row in rows}, wanted)


@both
def test_every_step_of_every_entry_is_the_plain_walks(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted = {}
    for entry_id, (funnel, entry) in entry_ids(case).items():
        before: datetime | None = None
        for number, (event, defined) in sorted(entry.walk.reached.items()):
            step = funnel.steps[defined - 1]
            wanted[entry_id, number] = {
                "user_id": as_id(entry.person),
                "defined_step_number": defined,
                "step_name": step.name,
                "is_optional": step.step_kind == "optional",
                "reached_at": event.at,
                "seconds_from_previous": None
                if before is None
                else (event.at - before).total_seconds(),
                "touchpoint_id": as_id(event.key),
            }
            before = event.at
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select entry_id, step_number, {columns} from marts.fct_funnel_entry_steps")
    assert len(rows) == len(wanted)
    assert_same({(row.pop("entry_id"), row.pop("step_number")): row for row in rows}, wanted)


@both
def test_every_cell_of_every_funnel_is_the_plain_count(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted: dict[tuple[Any, ...], dict[str, Any]] = {}
    for funnel in funnels():
        wanted |= oracle.report(funnel, mature_entries(case, funnel))
    keys = ("funnel_code", "attribution", "breakdown", "breakdown_value", "step_number")
    columns = ", ".join(next(iter(wanted.values())))
    rows = case.rows(f"select {', '.join(keys)}, {columns} from marts.funnel_steps")
    assert_same({tuple(row.pop(key) for key in keys): row for row in rows}, wanted)


@both
def test_every_bottleneck_is_scored_by_the_definition(dataset: str, built: Build) -> None:
    case = case_of(dataset, built)
    wanted: dict[tuple[Any, ...], dict[str, Any]] = {}
    for funnel in funnels():
        if mine := mature_entries(case, funnel):
            wanted |= oracle.bottlenecks(funnel, mine)
    keys = ("funnel_code", "breakdown", "breakdown_value", "step_number")
    rows = case.rows("select * from marts.funnel_bottlenecks")
    columns = next(iter(wanted.values()))
    found = {tuple(row[key] for key in keys): {name: row[name] for name in columns} for row in rows}
    assert_same(found, wanted)
    ranked: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        assert (row["bottleneck_rank"] is None) == row["is_suppressed"], row
        if not row["is_suppressed"]:
            ranked.setdefault((row["funnel_code"], row["breakdown"]), []).append(row)
    for mine in ranked.values():
        mine.sort(key=lambda row: row["bottleneck_rank"])
        assert [row["bottleneck_rank"] for row in mine] == list(range(1, len(mine) + 1))
        won = [
            (
                max(row["mean_value"] or 0, 0) and row["recoverable_value"],
                row["recoverable_conversions"],
            )
            for row in mine
        ]
        assert won == sorted(won, reverse=True)


def test_the_random_dataset_shows_and_withholds_rates() -> None:
    rows = random_case().rows("select * from marts.funnel_steps")
    assert sum(row["conversion_from_previous"] is not None for row in rows) > 20
    assert sum(bool(row["is_suppressed"]) for row in rows) > 20
    assert any(row["entry_count"] == 0 for row in rows)


def test_the_random_dataset_leans_on_every_breakdown_and_mode() -> None:
    entries = random_case().world.funnel_entries
    for funnel in funnels():
        mine = entries[funnel.code]
        assert len(mine) >= 20, funnel.code
        assert sum(len(entry.walk.reached) > 1 for entry in mine) >= 3, funnel.code
    assert sum(entry.walk.excluded_at is not None for entry in entries["payment"]) > 5
    assert len({entry.person for entry in entries["search_item"]}) < len(entries["search_item"]) - 5
    for breakdown in BREAKDOWNS:
        values = {entry.values["entry", breakdown] for mine in entries.values() for entry in mine}
        assert len(values) >= 3, breakdown
    changed = [
        entry
        for mine in entries.values()
        for entry in mine
        if entry.values["entry", "device"] != entry.values["conversion", "device"]
    ]
    assert len(changed) > 5


def test_every_ready_funnel_is_entered_on_the_sample_and_leads_on(built: Build) -> None:
    counts = dict(
        built.rows(
            "select funnel_code, max(reached_step) from marts.fct_funnel_entries group by funnel_code"
        )
    )
    assert set(counts) == {funnel.code for funnel in funnels()}
    assert min(counts.values()) >= 2
    modes = {(funnel.step_order, funnel.entry_rule) for funnel in funnels()}
    assert {order for order, _ in modes} == {"ordered", "strict", "any"}
    assert {rule for _, rule in modes} == {"first", "every", "session"}


ORDERED = Funnel(
    "f",
    (
        Step(1, "one", frozenset("a")),
        Step(2, "two", frozenset("b"), "optional"),
        Step(3, "three", frozenset("c")),
        Step(4, "out", frozenset("x"), "exclusion"),
    ),
    timedelta(hours=24),
)
PAIR = (Step(1, "one", frozenset("a")), Step(2, "two", frozenset("c")))
STRICT = Funnel("f", ORDERED.steps, ORDERED.window, "strict")
ANY = Funnel(
    "f",
    (*PAIR, Step(3, "three", frozenset("d"), window=timedelta(hours=2))),
    timedelta(hours=24),
    "any",
)
EVERY = Funnel("f", PAIR, timedelta(hours=24), entry_rule="every")


@pytest.mark.parametrize(
    ("funnel", "story", "reached"),
    [
        (ORDERED, "a0 c1", [{1: 0, 3: 1}]),
        (ORDERED, "a0 b1 c2", [{1: 0, 2: 1, 3: 2}]),
        (ORDERED, "a0 c1 b2", [{1: 0, 3: 1}]),
        (ORDERED, "c0 a1", [{1: 1}]),
        (ORDERED, "c0 a0", [{1: 0, 3: 0}]),
        (ORDERED, "a0 c24", [{1: 0, 3: 24}]),
        (ORDERED, "a0 c25", [{1: 0}]),
        (ORDERED, "b0 c0", []),
        (ORDERED, "a0 a5 c25", [{1: 0}]),
        (ORDERED, "a0 x1 c2", [{1: 0}]),
        (ORDERED, "a0 x2 c2", [{1: 0, 3: 2}]),
        (ORDERED, "x0 a1 c2", [{1: 1, 3: 2}]),
        (ORDERED, "x0 a0 c1", [{1: 0}]),
        (STRICT, "a0 a1 c2", [{1: 0}]),
        (STRICT, "a0 b1 b1 c2", [{1: 0, 2: 1, 3: 2}]),
        (STRICT, "a0 a0 c2", [{1: 0, 3: 2}]),
        (STRICT, "a0 a2 c2", [{1: 0, 3: 2}]),
        (STRICT, "a0 a1 b2", [{1: 0}]),
        (ANY, "d0 a1 d2 c3", [{1: 1, 2: 2, 3: 3}]),
        (ANY, "a0 c1 d3", [{1: 0, 2: 1}]),
        (ANY, "a0 c0 d0", [{1: 0, 2: 0, 3: 0}]),
        (EVERY, "a0 a5 c6", [{1: 0, 2: 6}]),
        (EVERY, "a0 c1 a1 a2 c3", [{1: 0, 2: 1}, {1: 2, 2: 3}]),
        (EVERY, "a0 a23 a25 c26", [{1: 0}, {1: 25, 2: 26}]),
        (EVERY, "a0 a24 a49", [{1: 0}, {1: 49}]),
    ],
)
def test_the_oracle_walks_hand_made_stories(
    funnel: Funnel, story: str, reached: list[dict[int, int]]
) -> None:
    events = [
        Event(NOON + timedelta(hours=int(word[1:])), number, word[0])
        for number, word in enumerate(story.split())
    ]
    found = [
        {number: event.at for number, (event, _) in walk.reached.items()}
        for walk in walks(events, funnel)
    ]
    assert found == [
        {number: NOON + timedelta(hours=hours) for number, hours in one.items()} for one in reached
    ]


@pytest.mark.parametrize(("successes", "trials"), [(0, 30), (7, 31), (30, 30), (1, 100000)])
def test_the_oracles_interval_is_scipys(successes: int, trials: int) -> None:
    from scipy.stats import binomtest

    interval = binomtest(successes, trials).proportion_ci(method="wilson")
    assert wilson(successes, trials) == pytest.approx((interval.low, interval.high), abs=1e-12)


def test_the_linear_jackknife_is_the_jackknife_that_leaves_persons_out() -> None:
    import numpy as np

    rng = np.random.default_rng(5)
    trials = rng.integers(1, 6, 400)
    pairs = [(int(rng.binomial(n, rng.choice([0.2, 0.8]))), int(n)) for n in trials]
    a, b = np.array(pairs).T
    left_out = (a.sum() - a) / (b.sum() - b)
    variance = (len(a) - 1) / len(a) * ((left_out - left_out.mean()) ** 2).sum()
    rate = a.sum() / b.sum()
    assert effective(pairs) == pytest.approx(rate * (1 - rate) / variance, rel=0.02)
    assert effective(pairs) < b.sum() * 0.8


def test_the_funnels_of_the_seeds_begin_with_a_required_step() -> None:
    for funnel in funnels():
        assert funnel.steps[0].step_kind == "required", funnel.code
