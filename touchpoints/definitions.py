"""The definition seeds, checked before anything is built: a wrong row stops the run with the accepted values.

What is accepted is read from seeds/_seeds.yml, the same place that dbt's tests come from.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from touchpoints.settings import WrongSetting, project_dir

MOST_TOLD = 10
Row = tuple[int, dict[str, str]]


def check_definitions(project: Path | None = None) -> None:
    """Raise WrongSetting that names file, line, column and the accepted values of every wrong field."""
    project = project or project_dir()
    text = (project / "seeds" / "_seeds.yml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    @cache
    def rows_of(name: str) -> tuple[Row, ...]:
        path = project / "seeds" / f"{name}.csv"
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            return tuple((reader.line_num, row) for row in reader)

    faults = [
        f"seeds/{seed['name']}.csv line {line}: {fault}"
        for seed in yaml.load(text, Loader=loader)["seeds"]
        for line, fault in _faults(seed, rows_of)
    ]
    if faults:
        more = [f"… and {len(faults) - MOST_TOLD} more"] if len(faults) > MOST_TOLD else []
        raise WrongSetting("\n".join([*faults[:MOST_TOLD], *more]))


def _faults(
    seed: dict[str, Any], rows_of: Callable[[str], tuple[Row, ...]]
) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) for each wrong field of a seed."""
    rows = rows_of(seed["name"])
    types = seed.get("config", {}).get("column_types", {})
    filled = set(_asked(seed, "not_null_columns", "columns"))
    ranges = dict(_asked(seed, "numbers_within", "ranges"))
    for column in seed["columns"]:
        name, kind = column["name"], types.get(column["name"], "")
        tests = column.get("data_tests", [])
        is_filled = name in filled or "not_null" in tests or "primary_key" in tests
        accepted_by_tests = list(_accepted(tests, rows_of))
        for line, row in rows:
            value = row.get(name)
            if value is None:
                yield line, f"{name} is missing: the row has too few fields"
                continue
            if not value:
                if is_filled:
                    yield line, f"{name} is empty: give a value"
                continue
            told = _unreadable(value, kind) or _outside(value, ranges.get(name, {}), row)
            if told:
                yield line, f"{name} {value!r}: give {told}"
            for accepted in accepted_by_tests:
                if value not in accepted:
                    yield line, f"{name} {value!r}: accepted values are {', '.join(accepted)}"


def _asked(seed: dict[str, Any], name: str, argument: str) -> Any:
    """The argument of a seed's dbt test, empty where the seed has no such test."""
    tests = (test for test in seed.get("data_tests", []) if isinstance(test, dict))
    return next((test[name]["arguments"][argument] for test in tests if name in test), ())


def _accepted(tests: list[Any], rows_of: Callable[[str], tuple[Row, ...]]) -> Iterator[list[str]]:
    """The accepted values, for each of a column's dbt tests that names some."""
    for test in tests:
        if isinstance(test, dict) and "accepted_values" in test:
            values = test["accepted_values"]["arguments"]["values"]
            yield [str(value) for value in values]
        elif isinstance(test, dict) and "relationships" in test:
            arguments = test["relationships"]["arguments"]
            parent = arguments["to"].removeprefix("ref('").removesuffix("')")
            yield sorted({row[arguments["field"]] for _, row in rows_of(parent)})


def _unreadable(value: str, kind: str) -> str | None:
    """What to give where a value cannot be of its column's type, None where it can."""
    try:
        if kind in ("integer", "bigint"):
            int(value)
        elif kind.startswith(("decimal", "double")) and not Decimal(value).is_finite():
            return "a number"
        elif kind == "date":
            date.fromisoformat(value)
        elif kind == "boolean" and value not in ("true", "false"):
            return "true or false"
    except (ValueError, InvalidOperation):
        return {"date": "a date such as 2025-03-01"}.get(kind, "a number")
    return None


def _outside(value: str, bounds: dict[str, int | str], row: dict[str, str]) -> str | None:
    """What to give where a number is out of its range, None where it is inside; a bound may be another column."""
    words = {"least": "from {} on", "most": "up to {}", "above": "above {}"}
    told, is_outside = [], False
    for bound, limit in bounds.items():
        text = str(row.get(str(limit), limit))
        if _unreadable(text, "decimal") or not text:
            continue
        told.append(words[bound].format(text if text == str(limit) else f"{limit} ({text})"))
        number, end = Decimal(value), Decimal(text)
        is_outside |= {"least": number < end, "most": number > end, "above": number <= end}[bound]
    return f"a number {' and '.join(told)}" if is_outside else None
