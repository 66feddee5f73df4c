"""Random funnels of every mode over random streams, against the plain walk.

The SQL of the models, as the shared build compiled it, runs on a database in memory that holds drawn definitions and
interactions: with ties, repeats, simultaneous steps, sessions, held values and all that a definition can say.
`make test` plays the same draws every time; `make test-properties` plays others (TOUCHPOINT_SEQUENCES: ten times
as many).
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builds import Build
from oracles.cases import assert_same
from oracles.funnels import Event, Funnel, Step, walks

MORE = int(os.environ.get("TOUCHPOINT_SEQUENCES", "0"))
START = datetime(2025, 3, 1)
HOUR = timedelta(hours=1)
KINDS = "abcdefgh"
MODELS = (
    "int_funnel_step_rules",
    "int_funnel_step_matches",
    "int_funnel_interactions",
    "int_funnel_entries_repeated",
    "int_funnel_entries",
    "int_funnel_step_chances",
    "int_funnel_entry_orders",
    "int_funnel_entry_steps",
)
Stream = dict[int, list[Event]]


@cache
def statements(folder: Path) -> list[tuple[str, str, str]]:
    """Name, compiled SQL and key that an incremental build would narrow it to, of each model."""
    found = []
    for name in MODELS:
        path = folder / "compiled/touchpoints/models/intermediate/funnels" / f"{name}.sql"
        sql = path.read_text(encoding="utf-8")
        found.append((name, sql, f"affected__{name}" if f"affected__{name}" in sql else ""))
    return found


def walked(build: Build, funnels: Sequence[Funnel], stream: Stream) -> dict[Any, dict[str, Any]]:
    """The steps of every entry as the models find them, by funnel, entry and step number."""
    definitions = pd.DataFrame(
        [
            {
                "industry": "all",
                "funnel_code": funnel.code,
                "step_order": funnel.step_order,
                "entry_rule": funnel.entry_rule,
                "hold_constant": funnel.hold,
                "is_valued": False,
                "window_hours": int(funnel.window / HOUR),
            }
            for funnel in funnels
        ]
    ).astype({"hold_constant": "string"})
    steps = pd.DataFrame(
        [
            {
                "industry": "all",
                "funnel_code": funnel.code,
                "step_number": step.number,
                "step_name": step.name,
                "interaction_type": kind,
                "step_kind": step.step_kind,
                "step_window_hours": None if step.window is None else int(step.window / HOUR),
                "target_rate": None,
            }
            for funnel in funnels
            for step in funnel.steps
            for kind in sorted(step.kinds)
        ]
    ).astype({"step_window_hours": "Int32", "target_rate": "Float64"})
    touchpoints = pd.DataFrame(
        [
            {
                "identifier_set_key": person,
                "touchpoint_key": event.key,
                "session_key": event.session,
                "record_key": event.key,
                "event_key": f"{event.kind} on {event.held['channel_code']}",
                "occurred_at": event.at,
                "order_key": None
                if event.held["order_key"] is None
                else int(event.held["order_key"], 16),
                "item_id": event.held["item_id"],
                "campaign": None,
                "region": None,
            }
            for person, events in stream.items()
            for event in events
        ]
    ).astype({"order_key": "Int64", "item_id": "string", "campaign": "string", "region": "string"})
    people = pd.DataFrame({"identifier_set_key": list(stream), "user_key": list(stream)})
    defined = pd.DataFrame(
        [
            {
                "event_key": f"{event.kind} on {event.held['channel_code']}",
                "interaction_type": event.kind,
                "channel_code": event.held["channel_code"],
            }
            for events in stream.values()
            for event in events
        ]
    ).drop_duplicates()
    devices = pd.DataFrame({"record_key": [], "device_class": []}).astype(
        {"record_key": "Int64", "device_class": "string"}
    )
    with duckdb.connect() as connection:
        connection.execute(f"attach ':memory:' as {build.database.stem}")
        connection.execute(f"use {build.database.stem}")
        connection.execute("create schema definitions; create schema intermediate")
        connection.execute("create schema vault")
        for name, frame in (
            ("definitions.funnel_definitions", definitions),
            ("definitions.funnel_step_definitions", steps),
            ("intermediate.int_touchpoints_sessionised", touchpoints),
            ("intermediate.int_events_defined", defined),
            ("vault.int_identifier_sets_resolved", people),
            ("intermediate.int_record_devices", devices),
        ):
            connection.register("frame", frame)
            connection.execute(f"create table {name} as select * from frame")
        for name, sql, affected in statements(build.target):
            if affected:
                affecting = "select user_key from vault.int_identifier_sets_resolved"
                connection.execute(f"create temporary table {affected} as {affecting}")
            connection.execute(f"create table intermediate.{name} as {sql}")
        rows = connection.execute(
            "select funnel_code, entry_key, step_number, user_key, defined_step_number, is_optional, reached_at,"
            " touchpoint_key, previous_reached_at, bound_session_key, held_value, excluded_at"
            " from intermediate.int_funnel_entry_steps"
            " inner join (select * exclude (user_key) from intermediate.int_funnel_entries)"
            " using (funnel_number, entry_key)"
            " inner join (select distinct funnel_code, funnel_number from intermediate.int_funnel_step_rules)"
            " using (funnel_number)"
        )
        names = [column[0] for column in rows.description or []]
        found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    keyed = {(r.pop("funnel_code"), r.pop("entry_key"), r.pop("step_number")): r for r in found}
    assert len(keyed) == len(found)
    return keyed


def expected(funnels: Sequence[Funnel], stream: Stream) -> dict[Any, dict[str, Any]]:
    """The same by the plain walk."""
    found: dict[Any, dict[str, Any]] = {}
    for funnel, (person, events) in product(funnels, stream.items()):
        for walk in walks(events, funnel):
            before: datetime | None = None
            for number, (event, defined) in sorted(walk.reached.items()):
                found[funnel.code, walk.entry.key, number] = {
                    "user_key": person,
                    "defined_step_number": defined,
                    "is_optional": funnel.steps[defined - 1].step_kind == "optional",
                    "reached_at": event.at,
                    "touchpoint_key": event.key,
                    "previous_reached_at": before,
                    "bound_session_key": walk.entry.session
                    if funnel.entry_rule == "session"
                    else None,
                    "held_value": walk.held,
                    "excluded_at": walk.excluded_at,
                }
                before = event.at
    return found


def funnel_of(draw: random.Random, code: str) -> Funnel:
    """Some funnel that the rules for definitions allow."""
    step_order = draw.choice(["ordered", "strict", "any"])
    kinds = draw.sample(KINDS, len(KINDS))
    steps = []
    for number in range(1, draw.randint(1, 5) + 1):
        is_optional = number > 1 and step_order != "any" and draw.random() < 0.3
        steps.append(
            Step(
                number,
                f"Step {number}",
                frozenset(
                    kinds.pop() for _ in range(1 if draw.random() < 0.8 or not kinds[1:] else 2)
                ),
                "optional" if is_optional else "required",
                HOUR * draw.randint(1, 4) if number > 1 and draw.random() < 0.3 else None,
            )
        )
        if not kinds:
            break
    if kinds and draw.random() < 0.3:
        steps.append(Step(len(steps) + 1, "Out", frozenset({kinds.pop()}), "exclusion"))
    window = HOUR * draw.choice([1, 3, 8, 24])
    entry_rule = draw.choice(["first", "every", "session"])
    hold = draw.choice([None, None, "item_id", "order_key", "channel_code"])
    if step_order == "ordered" and entry_rule != "every" and hold != "order_key":
        steps = with_a_second_one(steps)
    return Funnel(code, tuple(steps), window, step_order, entry_rule, hold)


def with_a_second_one(steps: list[Step]) -> list[Step]:
    """The steps, of which the last required one names, half the time, a kind of an earlier one (again or besides)."""
    draw = random.Random(repr([(step.number, sorted(step.kinds)) for step in steps]))
    required = [step for step in steps if step.step_kind == "required"]
    if len(required) < 2 or draw.random() < 0.5:
        return steps
    again = frozenset({draw.choice(sorted(draw.choice(required[:-1]).kinds))})
    kinds = again if draw.random() < 0.7 else required[-1].kinds | again
    return [replace(step, kinds=kinds) if step is required[-1] else step for step in steps]


def stream_of(draw: random.Random, people: int, most: int) -> Stream:
    """Interactions of some people: few moments, so that many are simultaneous; few kinds, so that they repeat."""
    keys = draw.sample(range(1, 100 * people * most), people * most)
    stream: Stream = {}
    for person in range(1, people + 1):
        kinds = draw.sample(KINDS, draw.randint(2, len(KINDS)))
        span = draw.choice([2, 6, 20, 60])
        stream[person] = [
            Event(
                START + HOUR / 2 * draw.randint(0, 2 * span),
                keys.pop(),
                draw.choice(kinds),
                10 * person + draw.randint(1, 3),
                {
                    "item_id": draw.choice([None, "i1", "i2"]),
                    "order_key": draw.choice([None, f"{7:016x}", f"{8:016x}"]),
                    "channel_code": draw.choice(["app", "shop"]),
                },
            )
            for _ in range(draw.randint(1, most))
        ]
    return stream


@given(number=st.integers(0, 2**32), people=st.integers(1, 12), most=st.integers(1, 40))
@settings(
    max_examples=10 * MORE or 15,
    derandomize=not MORE,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_random_funnels_are_walked_as_the_plain_walk_does(
    built: Build, number: int, people: int, most: int
) -> None:
    draw = random.Random(number)
    funnels = [funnel_of(draw, f"f{place}") for place in range(1, 25)]
    stream = stream_of(draw, people, most)
    assert_same(walked(built, funnels, stream), expected(funnels, stream))


def test_the_draws_lean_on_every_mode() -> None:
    """Each mode converts, is cut short, repeats and holds a value; else the test above shows little."""
    seen: Counter[Any] = Counter()
    draw = random.Random(1)
    for number in range(1500):
        funnel = funnel_of(draw, f"f{number}")
        for events in stream_of(draw, 3, 40).values():
            found = walks(events, funnel)
            mode = (funnel.step_order, funnel.entry_rule, funnel.hold is not None)
            seen[mode] += len(found)
            seen["several", *mode[1:]] += len(found) > 1
            for walk in found:
                is_converted = walk.is_converted(funnel)
                at = [event.at for event, _ in walk.reached.values()]
                seen["converted", funnel.step_order] += is_converted and len(funnel.required) > 2
                seen["lost", funnel.step_order] += not is_converted
                seen["simultaneous"] += len(set(at)) < len(at)
                seen["excluded"] += walk.excluded_at is not None and not is_converted
                seen["optional"] += any(
                    funnel.steps[n - 1].step_kind == "optional" for _, n in walk.reached.values()
                )
                seen["out of turn"] += any(n != place for place, (_, n) in walk.reached.items())
    modes = product(("ordered", "strict", "any"), ("first", "every", "session"), (False, True))
    few = [mode for mode in modes if seen[mode] < 20]
    few += [
        ("converted", order)
        for order in ("ordered", "strict", "any")
        if seen["converted", order] < 20
    ]
    few += [("lost", order) for order in ("ordered", "strict", "any") if seen["lost", order] < 20]
    few += [
        name for name in ("simultaneous", "excluded", "optional", "out of turn") if seen[name] < 20
    ]
    few += [
        key for key in (("several", "every", False), ("several", "session", True)) if seen[key] < 20
    ]
    assert not few, {key: seen[key] for key in few}


# One change in the SQL each, which the draws must bring to light.
SPOILT = [
    ("int_funnel_entries_repeated", r"occurred_at <= previous_window_ends_at", "1 = 1"),
    (
        "int_funnel_entries_repeated",
        r"coalesce\(previous_end_at < previous_entrance_at, true\)",
        "true",
    ),
    ("int_funnel_entries_repeated", r"\b1 as is_window_end", "-1 as is_window_end"),
    (
        "int_funnel_entries",
        r"18446744073709551616 \+ (interactions\.)?touchpoint_key",
        r"18446744073709551616 - \1touchpoint_key",
    ),
    ("int_funnel_entries_repeated", r"min\(case when is_entrance", "max(case when is_entrance"),
    (
        "int_funnel_entries",
        r"coalesce\(excluded\.excluded_at, entries\.window_ends_at\)",
        "entries.window_ends_at",
    ),
    (
        "int_funnel_entries",
        r"interactions\.hold_constant is null or interactions\.held_value is not null",
        "true",
    ),
    ("int_funnel_step_matches", r"stretches\.stretch_ends_with < rules\.step_number", "false"),
    (
        "int_funnel_step_chances",
        r"entries\.entered_at <= interactions",
        "entries.entered_at < interactions",
    ),
    (
        "int_funnel_step_chances",
        r"entries\.ends_at >= interactions",
        "entries.ends_at > interactions",
    ),
    (
        "int_funnel_step_chances",
        r"entries\.bound_session_key = interactions\.session_key",
        "true",
    ),
    ("int_funnel_entry_steps", r"reached\.reached_at <= chances", "reached.reached_at < chances"),
    (
        "int_funnel_entry_steps",
        r"reached\.reached_at \+ chances\.step_window_hours",
        "reached.reached_at + 9999",
    ),
    ("int_funnel_entry_steps", r"reached\.reached_at < chances\.occurred_at", "true"),
    ("int_funnel_entry_steps", r"chances\.order_mark <> reached\.order_mark", "true"),
    ("int_funnel_entry_orders", r"interactions\.order_key is not null", "false"),
    ("int_funnel_entry_steps", r"chances\.occurred_at > reached\.reached_at", "true"),
    (
        "int_funnel_entry_steps",
        r"coalesce\(reached\.next_reached_at >= chances\.occurred_at, true\)",
        "true",
    ),
    ("int_funnel_entry_steps", r"when is_any_order\b", "when false"),
    (
        "int_funnel_entry_steps",
        r"18446744073709551616 \+ chances\.touchpoint_key",
        "18446744073709551616 - chances.touchpoint_key",
    ),
]


@pytest.mark.parametrize(("model", "pattern", "instead"), SPOILT)
def test_the_draws_find_a_wrong_model(
    built: Build, monkeypatch: pytest.MonkeyPatch, model: str, pattern: str, instead: str
) -> None:
    spoilt, count = [], 0
    for name, sql, affected in statements(built.target):
        if name == model:
            sql, count = re.subn(pattern, instead, sql)
        spoilt.append((name, sql, affected))
    assert count, "the pattern is not in the model"
    monkeypatch.setattr("test_funnel_modes.statements", lambda folder: spoilt)
    for number in range(12):
        draw = random.Random(number)
        funnels = [funnel_of(draw, f"f{place}") for place in range(1, 25)]
        stream = stream_of(draw, 10, 40)
        try:
            found = walked(built, funnels, stream)
        except AssertionError:
            return
        if found != expected(funnels, stream):
            return
    pytest.fail("nothing differs")
