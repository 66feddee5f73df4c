"""What definitions must mean beyond their fields: patterns, spellings, funnels to be walked, vars that name codes.

Singular tests in `tests/` say the same of what a plain `dbt build` has loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from touchpoints.identifiers import read_identifier
from touchpoints.settings import INDUSTRIES

Row = tuple[int, dict[str, str]]
Fault = tuple[int, str]
Rows = Callable[[str], tuple[Row, ...]]
Vars = dict[str, Any]
SCOPED = ("buyer_id", "platform_user_id")


def wrong_pattern(pattern: str) -> str | None:
    """What to give where a pattern is none that every engine reads alike and that stands for all of a value."""
    if not pattern.startswith("^") or not pattern.endswith("$"):
        return "a pattern for all of the value, with ^ before it and $ after it"
    if re.search(r"[\\']|[(][?]|\[:", pattern):
        return "a pattern with classes such as [0-9] in place of escapes, quotation marks and (?…)"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"a regular expression: {error}"
    bare = re.sub(r"\[\^?\]?[^\]]*\]", "x", pattern)
    if re.search("[*+?}][+*]", bare) or any(
        int(count) > 255 for count in re.findall("[0-9]{3,}(?=[^{]*})", bare)
    ):
        return "one repetition of a thing, of at most 255 times"
    while "(" in bare:
        bare = re.sub("[(][^()]*[)]", "x", bare)
    return "brackets around alternatives, as in ^(a|b)$" if "|" in bare else None


def _home(chosen: Vars) -> str:
    return str(chosen.get("default_country_code", ""))


def _misspelt(kind: str, value: str, home: str) -> str | None:
    """What to give where a value that is compared with those of records is spelt otherwise than they are."""
    spelt = read_identifier(kind, value, home)
    # national digits are no number of the country that is at home, but other lists may have them
    if spelt == value or (kind == "phone" and home and re.fullmatch("[0-9]+", value)):
        return None
    return f"{spelt}, as records are spelt" if spelt else f"a value that is of type {kind}"


def _blocked(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    for line, row in rows_of("blocked_identifiers"):
        value, kind = row.get("value") or "", row.get("identifier_type") or ""
        told = None
        if row.get("match_type") == "pattern":
            told = wrong_pattern(value)
        elif row.get("match_type") == "equals" and value:
            told = _misspelt(kind, value, _home(chosen))
        if told:
            yield line, f"value {value!r}: give {told}"


def _scope(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    for line, row in rows_of("scope_rules"):
        value, column = row.get("value") or "", row.get("match_column") or ""
        told = None
        if column == "user_agent" or row.get("match_type") == "contains":
            told = repr(value.lower()) if value != value.lower() else None
        elif value:
            told = _misspelt(column, value, _home(chosen))
        if told:
            yield line, f"value {value!r}: give {told}"


def _overrides(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    """Identifiers of persons are not told."""
    for line, row in rows_of("identity_overrides"):
        ends = []
        for prefix in ("", "other_"):
            kind = row.get(f"{prefix}identifier_type") or ""
            value = row.get(f"{prefix}identifier_value") or ""
            spelt = read_identifier(kind, value, _home(chosen))
            if value and spelt is None:
                yield line, f"{prefix}identifier_value: give a value that is of type {kind}"
            platform = (row.get(f"{prefix}platform") or "").strip().lower()
            ends.append((kind, platform if kind in SCOPED else "", spelt))
        if ends[0] == ends[1] and ends[0][2]:
            yield line, "both identifiers are one: give two different ones"


def _rates(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    for line, row in rows_of("exchange_rates"):
        try:
            is_one = Decimal(row.get("rate") or "") == 1
        except InvalidOperation:
            continue
        if row.get("from_currency") == row.get("to_currency") and not is_one:
            yield line, f"rate {row['rate']!r}: give 1, as both currencies are {row['to_currency']}"


def _funnels(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    """Funnels whose steps, in an industry that has them, are not numbered 1 to n or ask for fewer than two."""
    told = set()
    for line, funnel in rows_of("funnel_definitions"):
        code = funnel.get("funnel_code") or ""
        for industry in INDUSTRIES:
            if funnel.get("industry") not in ("all", industry):
                continue
            steps = [
                (int(row["step_number"]), row.get("step_kind"))
                for _, row in rows_of("funnel_step_definitions")
                if row.get("funnel_code") == code
                and row.get("industry") in ("all", industry)
                and re.fullmatch("[0-9]{1,9}", row.get("step_number") or "")
            ]
            numbers = sorted({number for number, _ in steps})
            required = {number for number, kind in steps if kind == "required"}
            if numbers != list(range(1, len(numbers) + 1)):
                has = f"the steps {', '.join(map(str, numbers))}"
                asked = "number them from 1 without gaps"
            elif len(required) < 2:
                has = "no required step" if not required else "one required step alone"
                asked = "give at least two"
            else:
                continue
            if (line, has) not in told:
                told.add((line, has))
                where = f"in seeds/funnel_step_definitions.csv ({industry})"
                yield line, f"funnel_code {code!r} has {has} {where}: {asked}"


def _goals(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    """Industries of which no goal is every paid order: sends, lifts and contents are measured by it."""
    counted = {
        row.get("industry")
        for _, row in rows_of("goals")
        if row.get("conversion_kind") == "paid_order" and row.get("order_rank") == "any"
    }
    for industry in INDUSTRIES:
        if not counted & {"all", industry}:
            asked = "give a row with conversion_kind paid_order and order_rank any"
            yield 1, f"no goal of {industry} counts every paid order: {asked}"


MEANINGS: dict[str, Callable[[Rows, Vars], Iterator[Fault]]] = {
    "blocked_identifiers": _blocked,
    "scope_rules": _scope,
    "identity_overrides": _overrides,
    "exchange_rates": _rates,
    "funnel_definitions": _funnels,
    "goals": _goals,
}
# Vars that name codes of a seed: by var the seed, its column, and whether the rows of the industry alone count.
VARS_OF_SEEDS = {
    "lead_interaction_types": ("interaction_types", "interaction_type", False),
    "intent_interaction_types": ("interaction_types", "interaction_type", False),
    "overall_score_type": ("satisfaction_scales", "score_type", False),
    "scorecard_goal": ("goals", "goal_code", True),
    "scorecard_priority": ("priority_weights", "business_goal_code", True),
}


def wrong_vars(rows_of: Rows, chosen: Vars, industry: str) -> Iterator[str]:
    """What is wrong with vars that name codes of a seed, or are a pattern."""
    pattern = str(chosen.get("article_path_pattern", ""))
    try:
        re.compile(pattern)
    except re.error as error:
        yield f"var article_path_pattern={pattern}: give a regular expression: {error}"
    for name, (seed, column, is_of_industry) in VARS_OF_SEEDS.items():
        if name not in chosen:
            continue
        value = chosen[name]
        accepted = list(
            dict.fromkeys(
                row[column]
                for _, row in rows_of(seed)
                if not is_of_industry or row["industry"] in ("all", industry)
            )
        )
        for one in value if isinstance(value, list) else [value]:
            if str(one) not in accepted:
                yield f"var {name}={value}: accepted values are {', '.join(accepted)}"
                break
