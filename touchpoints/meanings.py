"""What definitions must mean beyond their fields: patterns, spellings, funnels to be walked, vars that name codes.

Singular tests in `tests/` say the same of what a plain `dbt build` has loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from touchpoints.identifiers import read_identifier
from touchpoints.settings import INDUSTRIES

Row = tuple[int, dict[str, str]]
Fault = tuple[int, str]
Rows = Callable[[str], tuple[Row, ...]]
Vars = dict[str, Any]
SCOPED = ("buyer_id", "platform_user_id")
CONTACT_KINDS = ["ticket", "call", "enquiry", "comment", "post"]
# what the rows of one step of a funnel, which are alternatives, have in common
SAME_IN_A_STEP = ("step_name", "step_name_zh", "step_kind", "step_window_hours", "target_rate")


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


def _steps(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    """Rows of steps that no funnel can be walked by: see the test funnel_definitions_can_be_walked."""
    most = str(chosen.get("max_funnel_steps", ""))
    told = set()
    for line, row in rows_of("funnel_step_definitions"):
        number = row.get("step_number") or ""
        is_told = all(re.fullmatch("[0-9]{1,9}", text) for text in (number, most))
        if is_told and int(number) > int(most):
            asked = f"give a number up to {most}, or raise the var max_funnel_steps"
            yield line, f"step_number {number!r}: {asked}"
    for industry in INDUSTRIES:
        funnels = {
            funnel["funnel_code"]: funnel
            for _, funnel in rows_of("funnel_definitions")
            if funnel.get("industry") in ("all", industry)
        }
        steps: dict[str, list[Row]] = {code: [] for code in funnels}
        for line, row in rows_of("funnel_step_definitions"):
            code = row.get("funnel_code") or ""
            if row.get("industry") not in ("all", industry):
                continue
            if code in steps:
                if re.fullmatch("[0-9]{1,9}", row.get("step_number") or ""):
                    steps[code].append((line, row))
            elif row["industry"] == industry:
                accepted = ", ".join(sorted(funnels))
                yield line, f"funnel_code {code!r}: accepted values of {industry} are {accepted}"
        for code, rows in steps.items():
            for fault in _unwalkable(funnels[code], rows):
                if fault not in told:
                    told.add(fault)
                    yield fault


def _unwalkable(funnel: dict[str, str], rows: list[Row]) -> Iterator[Fault]:
    """Rows of one funnel that go with neither it nor each other."""
    walked = [int(row["step_number"]) for _, row in rows if row.get("step_kind") != "exclusion"]
    is_repeatable = (
        funnel.get("step_order") == "ordered"
        and funnel.get("entry_rule") != "every"
        and funnel.get("hold_constant") != "order_key"
    )
    heads: dict[int, Row] = {}
    types: dict[str, Row] = {}
    for line, row in rows:
        number, kind = int(row["step_number"]), row.get("step_kind")
        if number == 1:
            if kind != "required":
                yield line, f"step_kind {kind!r}: give required, as step 1 is the entry"
            for column in ("step_window_hours", "target_rate"):
                if row.get(column):
                    yield line, f"{column} {row[column]!r}: leave it empty, as step 1 is the entry"
        elif kind == "exclusion" and number < max(walked, default=0):
            asked = "give required or optional, or a step_number behind the other steps"
            yield line, f"step_kind {kind!r}: {asked}, as exclusions come last"
        elif kind == "optional" and funnel.get("step_order") == "any":
            asked = "give required or exclusion, as the funnel's step_order is any"
            yield line, f"step_kind {kind!r}: {asked}"
        first, head = heads.setdefault(number, (line, row))
        for column in SAME_IN_A_STEP:
            value, other = row.get(column) or "", head.get(column) or ""
            if not _is_equal(value, other):
                asked = f"give {other!r}" if other else "leave it empty"
                yield (
                    line,
                    f"{column} {value!r}: {asked} as in line {first}, which is the same step",
                )
        first, head = types.setdefault(row.get("interaction_type") or "", (line, row))
        if head["step_number"] != row["step_number"] and not (
            is_repeatable and kind == head.get("step_kind") == "required"
        ):
            asked = "give one that no other step of the funnel has"
            may = "required steps of a funnel with step_order ordered, entry_rule first or session"
            yield (
                line,
                f"interaction_type {row['interaction_type']!r}: {asked} (line {first} has it; {may}, "
                "and hold_constant other than order_key may name one again)",
            )


def _is_equal(value: str, other: str) -> bool:
    """Whether two fields say the same; numbers may be written in several ways."""
    try:
        return value == other or Decimal(value) == Decimal(other)
    except InvalidOperation:
        return False


def _passages(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    """Metrics of a funnel that their industry does not have, or of steps that the funnel does not have."""
    told = set()
    for line, row in rows_of("effect_metrics"):
        for industry in INDUSTRIES:
            if row.get("metric_kind") != "passage" or row.get("industry") not in ("all", industry):
                continue
            code = row.get("funnel_code") or ""
            funnels = {
                funnel["funnel_code"]
                for _, funnel in rows_of("funnel_definitions")
                if funnel.get("industry") in ("all", industry)
            }
            numbers = {
                step["step_number"]
                for _, step in rows_of("funnel_step_definitions")
                if step.get("funnel_code") == code
                and step.get("industry") in ("all", industry)
                and step.get("step_kind") != "exclusion"
            }
            faults = []
            if code and code not in funnels:
                accepted = ", ".join(sorted(funnels))
                faults.append(f"funnel_code {code!r}: accepted values of {industry} are {accepted}")
            elif code:
                accepted = ", ".join(sorted(numbers, key=lambda number: (len(number), number)))
                faults += [
                    f"{column} {row[column]!r}: accepted values of {code} are {accepted}"
                    for column in ("from_step", "to_step")
                    if row.get(column) and row[column] not in numbers
                ]
            for fault in faults:
                if (line, fault) not in told:
                    told.add((line, fault))
                    yield line, fault


def _goals(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    """Industries without a goal of every paid order, which contents lead to, or without one goal that sends are for."""
    for industry in INDUSTRIES:
        goals = [
            (line, row)
            for line, row in rows_of("goals")
            if row.get("industry") in ("all", industry)
        ]
        if not any(
            row.get("conversion_kind") == "paid_order" and row.get("order_rank") == "any"
            for _, row in goals
        ):
            asked = "give a row with conversion_kind paid_order and order_rank any"
            yield 1, f"no goal of {industry} counts every paid order: {asked}"
        sent_for = [line for line, row in goals if row.get("is_sent_for") == "true"]
        if not sent_for:
            yield 1, f"no goal of {industry} is what sends are for: say is_sent_for of one"
        for line in sent_for[1:]:
            first = f"line {sent_for[0]} is for {industry} already"
            yield line, f"is_sent_for 'true': {first}, give false in one of them"


def _action_rules(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    """Goals that an industry of the rule does not have."""
    for line, row in rows_of("action_rules"):
        code, home = row.get("goal_code") or "", row.get("industry")
        accepted = [
            goal.get("goal_code") or ""
            for _, goal in rows_of("goals")
            if goal.get("industry") in ("all", home)
        ]
        if code and code not in accepted:
            yield line, f"goal_code {code!r}: accepted values of {home} are {', '.join(accepted)}"


def _alert_rules(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    """Shares are held against a share."""
    for line, row in rows_of("alert_rules"):
        try:
            is_beyond = Decimal(row.get("threshold") or "") > 1
        except InvalidOperation:
            continue
        if row.get("kind") in ("threshold", "sla") and is_beyond:
            yield line, f"threshold {row['threshold']!r}: give a share up to 1"


def _case_rules(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    """Codes that no category, priority, touchpoint or kind of contact of the rule's industry has."""
    named = {
        "category": ("case_categories", "category_code"),
        "priority": ("case_priorities", "priority"),
        "touchpoint": ("touchpoints", "touchpoint_code"),
    }
    fixed = {"flag": ["true", "false"], "complaint": ["true"], "contact_kind": CONTACT_KINDS}
    for line, row in rows_of("case_rules"):
        for column, kind in (
            ("condition_value", row.get("condition_type") or ""),
            ("assigned_code", "category" if row.get("assigns") == "category" else ""),
        ):
            value = row.get(column) or ""
            accepted = fixed.get(kind, [])
            if kind in named:
                seed, code = named[kind]
                accepted = [
                    other.get(code) or ""
                    for _, other in rows_of(seed)
                    if "all" in (row.get("industry"), other.get("industry"))
                    or row.get("industry") == other.get("industry")
                ]
            if value and accepted and value not in accepted:
                told = ", ".join(dict.fromkeys(accepted))
                yield line, f"{column} {value!r}: accepted values are {told}"


def _words(seed: str, column: str, words: int) -> Callable[[Rows, Vars], Iterator[Fault]]:
    """Words that no text can hold as it is looked through: in small letters, four Chinese ones at most."""

    def faults(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
        patterns = {
            "zh": ("[一-龥]{1,4}", "one to four Chinese letters"),
            "en": (
                f"[a-z]+( [a-z]+){{0,{words - 1}}}",
                f"{'one or two words' if words == 2 else 'one word'} of small letters",
            ),
        }
        for line, row in rows_of(seed):
            pattern, told = patterns.get(row.get("language") or "", ("", ""))
            value = row.get(column) or ""
            if pattern and value and not re.fullmatch(pattern, value):
                yield line, f"{column} {value!r}: give {told}"

    return faults


def _spans(rows: list[Row], starts: str, ends: str) -> list[tuple[int, int | None, int]]:
    """(start, end, line) of rows whose fields are numbers (an empty end: open), in order."""
    found = []
    for line, row in rows:
        start, end = row.get(starts) or "", row.get(ends) or ""
        if re.fullmatch("[0-9]{1,9}", start) and re.fullmatch("[0-9]{0,9}", end):
            found.append((int(start), int(end) if end else None, line))
    return sorted(found, key=lambda span: (span[0], span[2]))


def _hours(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    """Spans of business hours that overlap another one of their day: the time in both would be worked twice."""
    told = set()
    for industry in INDUSTRIES:
        days: dict[str, list[Row]] = {}
        for line, row in rows_of("business_hours"):
            if row.get("industry") in ("all", industry):
                days.setdefault(row.get("weekday") or "", []).append((line, row))
        for rows in days.values():
            spans = _spans(rows, "opens_minute", "closes_minute")
            for (_, closes, line), (opens, _, later) in pairwise(spans):
                if closes is not None and opens < closes and later not in told:
                    told.add(later)
                    asked = f"give {closes} or more, or leave one of the rows out"
                    yield (
                        later,
                        f"opens_minute '{opens}': {asked}, as line {line} closes at {closes}",
                    )


def _bands(rows_of: Rows, chosen: Vars) -> Iterator[Fault]:
    """Bands of waiting times in which a case would stand twice, or in none, as if nobody had answered it."""
    told = set()
    for industry in INDUSTRIES:
        rows = [
            (line, row)
            for line, row in rows_of("response_bands")
            if row.get("industry") in ("all", industry)
        ]
        spans = _spans(rows, "from_seconds", "to_seconds")
        if len(spans) < len(rows):
            continue
        before = [(None, 0, 1), *spans]
        faults = [
            (line, f"from_seconds '{start}': give {end}, at which the band before it ends")
            if end is not None
            else (line, f"from_seconds '{start}': line {last} has no to_seconds: give it one")
            for (_, end, last), (start, _, line) in pairwise(before)
            if start != end
        ]
        if before[-1][1] is not None:
            faults.append((before[-1][2], "to_seconds: leave it empty in the last band"))
        for fault in faults:
            if fault not in told:
                told.add(fault)
                yield fault


MEANINGS: dict[str, Callable[[Rows, Vars], Iterator[Fault]]] = {
    "blocked_identifiers": _blocked,
    "scope_rules": _scope,
    "identity_overrides": _overrides,
    "exchange_rates": _rates,
    "funnel_definitions": _funnels,
    "funnel_step_definitions": _steps,
    "effect_metrics": _passages,
    "goals": _goals,
    "action_rules": _action_rules,
    "business_hours": _hours,
    "response_bands": _bands,
    "alert_rules": _alert_rules,
    "case_rules": _case_rules,
    "topic_rules": _words("topic_rules", "keyword", 2),
    "sentiment_lexicon": _words("sentiment_lexicon", "term", 1),
    "sentiment_negators": _words("sentiment_negators", "negator", 1),
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
