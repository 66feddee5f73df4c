"""The definition seeds, checked before anything is built: a wrong row stops the run with the accepted values.

What is accepted is read from seeds/_seeds.yml, the same place that dbt's tests come from. What takes more than a row of
a list to say is told by `touchpoints.meanings`, and by a singular test.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from touchpoints.meanings import MEANINGS, Fault, Row, Rows, wrong_vars
from touchpoints.settings import (
    INDUSTRIES,
    PROJECT,
    WrongSetting,
    project_dir,
    read_yaml,
    unknown_vars,
)

MOST_TOLD = 10
NUMBER = re.compile(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,4})?")


def check_definitions(project: Path | None = None, given: dict[str, Any] | None = None) -> None:
    """Raise WrongSetting that names file, line, column and the accepted values of every wrong field; `given`: vars of
    dbt's command line, which go before those of dbt_project.yml."""
    project = project or project_dir()
    seeds = {seed["name"]: seed for seed in read_yaml(project / "seeds" / "_seeds.yml")["seeds"]}
    # a folder of seeds alone is looked at with the models and vars of this project
    whole = project if (project / "dbt_project.yml").is_file() else PROJECT
    known = read_yaml(whole / "dbt_project.yml")["vars"]
    unknown = unknown_vars(given or {}, known)
    if unknown:
        raise WrongSetting("\n".join(unknown))
    chosen = {**known, **(given or {})}

    @cache
    def rows_of(name: str) -> tuple[Row, ...]:
        columns = [column["name"] for column in seeds[name]["columns"]]
        return _read_rows(project / "seeds" / f"{name}.csv", columns)

    tables = {
        tuple(path.stem.removeprefix("base_").split("__"))
        for path in (whole / "models" / "staging").glob("*/base/base_*__*.sql")
    }
    faults = [
        f"seeds/{name}.csv line {line}: {fault}"
        for name, seed in seeds.items()
        for line, fault in (
            *_faults(seed, rows_of, tables),
            *MEANINGS.get(name, lambda *_: ())(rows_of, chosen),
        )
    ]
    industry = str(
        chosen.get("touchpoint_industry", os.environ.get("TOUCHPOINT_INDUSTRY", INDUSTRIES[0]))
    )
    faults = faults or list(wrong_vars(rows_of, chosen, industry))
    if faults:
        more = [f"… and {len(faults) - MOST_TOLD} more"] if len(faults) > MOST_TOLD else []
        raise WrongSetting("\n".join([*faults[:MOST_TOLD], *more]))


def _read_rows(path: Path, columns: list[str]) -> tuple[Row, ...]:
    """The rows of a seed with their lines; WrongSetting where the file cannot be read, or has other columns."""
    told = f"seeds/{path.name}"
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = tuple((reader.line_num, row) for row in reader)
            found = sorted(reader.fieldnames or [])
    except UnicodeDecodeError:
        raise WrongSetting(f"{told}: the file is not in UTF-8: save it as CSV UTF-8") from None
    except csv.Error as error:
        raise WrongSetting(
            f"{told} line {reader.line_num}: {error}: save it as CSV UTF-8"
        ) from None
    if found != sorted(columns):
        raise WrongSetting(f"{told} line 1: give the columns {','.join(columns)}")
    return rows


def _faults(
    seed: dict[str, Any], rows_of: Rows, tables: set[tuple[str, ...]]
) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) for each wrong field or row of a seed."""
    rows = rows_of(seed["name"])
    types = seed.get("config", {}).get("column_types", {})
    filled = set(_asked(seed, "not_null_columns", "columns"))
    ranges = dict(_asked(seed, "numbers_within", "ranges"))
    for line, row in rows:
        if None in row:
            yield line, "the row has too many fields: put a text with commas in quotation marks"
    for column in seed["columns"]:
        name, kind = column["name"], types.get(column["name"], "")
        tests = column.get("data_tests", [])
        is_filled = name in filled or "not_null" in tests or "primary_key" in tests
        accepted_by_tests = list(_accepted(tests, rows_of))
        if "primary_key" in tests:
            yield from _repeated(rows, [name])
        for line, row in rows:
            value = row.get(name)
            if value is None:
                yield line, f"{name} is missing: the row has too few fields"
                continue
            if not value:
                if is_filled:
                    yield line, f"{name} is empty: give a value"
                continue
            told = _unreadable(value, kind) or _outside(value, kind, ranges.get(name, {}), row)
            if told:
                yield line, f"{name} {value!r}: give {told}"
            for accepted in accepted_by_tests:
                if value not in accepted:
                    yield line, f"{name} {value!r}: accepted values are {', '.join(accepted)}"
    for test in seed.get("data_tests", []):
        if test == "landed_table":
            listed = sorted(map(list, tables))
            yield from _unlisted(rows, ["source_system", "source_table"], listed)
        elif isinstance(test, dict):
            for name, said in test.items():
                if name in ROW_CHECKS:
                    yield from ROW_CHECKS[name](rows, **said["arguments"])


def _repeated(rows: tuple[Row, ...], columns: list[str]) -> Iterator[Fault]:
    """Rows whose key stands in an earlier line; values are not told, as some are identifiers."""
    key = [column for column in columns if column != "industry"]
    seen: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for line, row in rows:
        industry = row.get("industry", "") if "industry" in columns else ""
        met = seen.setdefault(tuple(row.get(column) or "" for column in key), [])
        for earlier, other in met:
            if other == industry:
                yield (
                    line,
                    f"the same {', '.join(columns)} as in line {earlier}: keep one of the two",
                )
                break
            if "all" in (other, industry):
                said = f"the same {', '.join(key)} as in line {earlier}"
                yield line, f"{said}, and one of the two holds for all industries: keep one of them"
                break
        met.append((line, industry))


def _unlisted(
    rows: tuple[Row, ...], columns: list[str], accepted: list[list[Any]]
) -> Iterator[Fault]:
    """Rows whose columns, taken together, are none of the accepted ones; those that begin like it are told."""
    texts = [[str(v).lower() if isinstance(v, bool) else str(v) for v in one] for one in accepted]
    for line, row in rows:
        values = [row.get(column) or "" for column in columns]
        if values not in texts:
            like = [one for one in texts if one[0] == values[0]] or texts
            told = "; ".join(", ".join(one) for one in like)
            yield line, f"{', '.join(columns)} {', '.join(values)!r}: accepted are {told}"


def _wrongly_filled(
    rows: tuple[Row, ...],
    must: dict[str, dict[str, list[str]]] | None = None,
    may: dict[str, dict[str, list[str]]] | None = None,
) -> Iterator[Fault]:
    """Columns that are empty where they must be filled, or filled where they may not be."""
    for rules, is_must in ((must or {}, True), (may or {}, False)):
        for column, deciding in rules.items():
            for other, values in deciding.items():
                said = f"{other} {' or '.join(values)}"
                for line, row in rows:
                    if not row.get(other) or (row[other] in values) != is_must:
                        continue
                    if is_must and not row.get(column):
                        yield line, f"{column} is empty: {said} asks for a value"
                    elif not is_must and row.get(column):
                        yield line, f"{column} {row[column]!r}: leave it empty, it is for {said}"


def _not_lower(rows: tuple[Row, ...], columns: list[str]) -> Iterator[Fault]:
    """Values that are not trimmed and in lower case."""
    for column in columns:
        for line, row in rows:
            value = row.get(column) or ""
            if value != value.strip().lower():
                yield line, f"{column} {value!r}: give {value.strip().lower()!r}"


def _no_currency(rows: tuple[Row, ...], columns: list[str]) -> Iterator[Fault]:
    """Values that are no ISO 4217 code."""
    for column in columns:
        for line, row in rows:
            value = row.get(column) or ""
            if value and not re.fullmatch("[A-Z]{3}", value):
                told = "a three-letter ISO code in capitals such as CNY or USD"
                yield line, f"{column} {value!r}: give {told}"


ROW_CHECKS: dict[str, Callable[..., Iterator[Fault]]] = {
    "unique_combination": _repeated,
    "accepted_rows": _unlisted,
    "filled_where": _wrongly_filled,
    "lower_case": _not_lower,
    "currency_codes": _no_currency,
}


def _asked(seed: dict[str, Any], name: str, argument: str) -> Any:
    """The argument of a seed's dbt test, empty where the seed has no such test."""
    tests = (test for test in seed.get("data_tests", []) if isinstance(test, dict))
    return next((test[name]["arguments"][argument] for test in tests if name in test), ())


def _accepted(tests: list[Any], rows_of: Rows) -> Iterator[list[str]]:
    """The accepted values, for each of a column's dbt tests that names some."""
    for test in tests:
        if isinstance(test, dict) and "accepted_values" in test:
            values = test["accepted_values"]["arguments"]["values"]
            yield [str(value) for value in values]
        elif isinstance(test, dict) and "relationships" in test:
            arguments = test["relationships"]["arguments"]
            parent = arguments["to"].removeprefix("ref('").removesuffix("')")
            yield sorted({row[arguments["field"]] or "" for _, row in rows_of(parent)})


def _unreadable(value: str, kind: str) -> str | None:
    """What to give where a value cannot be of its column's type, None where it can."""
    if kind in ("integer", "bigint"):
        bits = 31 if kind == "integer" else 63
        if not re.fullmatch("[+-]?[0-9]+", value):
            return "a number"
        if len(value) > 20 or not -(2**bits) <= int(value) < 2**bits:
            return f"a number up to {2**bits - 1}"
    elif kind.startswith(("decimal", "double")):
        if not NUMBER.fullmatch(value):
            return "a number"
        if abs(Decimal(value)) >= Decimal(10) ** _whole_digits(kind):
            return f"a number of at most {_whole_digits(kind)} digits before the point"
    elif kind == "date":
        try:
            date.fromisoformat(value)
        except ValueError:
            return "a date such as 2025-03-01"
        if len(value) != len("2025-03-01"):
            return "a date such as 2025-03-01"
    elif kind == "boolean" and value not in ("true", "false"):
        return "true or false"
    return None


def _whole_digits(kind: str) -> int:
    """How many digits before the point a number of a type may have."""
    size = re.fullmatch(r"decimal\((\d+), ?(\d+)\)", kind)
    return int(size[1]) - int(size[2]) if size else 300


def _outside(
    value: str, kind: str, bounds: dict[str, int | str], row: dict[str, str]
) -> str | None:
    """What to give where a number is out of its range, None where it is inside; a bound may be another column."""
    if not bounds:
        return None
    words = {"least": "from {} on", "most": "up to {}", "above": "above {}"}
    told, is_outside = [], False
    size = re.fullmatch(r"decimal\((\d+), ?(\d+)\)", kind)
    for bound, limit in bounds.items():
        text = str(row.get(str(limit), limit))
        if _unreadable(text, "decimal") or not text:
            continue
        told.append(words[bound].format(text if text == str(limit) else f"{limit} ({text})"))
        # a number is held with the decimals of its column
        number = round(Decimal(value), int(size[2])) if size else Decimal(value)
        end = Decimal(text)
        is_outside |= {"least": number < end, "most": number > end, "above": number <= end}[bound]
    return f"a number {' and '.join(told)}" if is_outside else None
