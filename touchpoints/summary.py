"""The summary in words that ends `make build`: read from the published files alone, as any reader would."""

from __future__ import annotations

import itertools
import json
import textwrap
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from touchpoints.contract import read_seed
from touchpoints.settings import PROJECT

Row = tuple[Any, ...]


class _Reader:
    """Reads the relations of one publication; a relation that is absent reads as having no rows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connection = duckdb.connect()
        self.note = json.loads((folder / "publication.json").read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.parquet")):
            quoted = str(path).replace("'", "''")
            self.connection.execute(
                f"create view \"{path.stem}\" as select * from read_parquet('{quoted}')"
            )

    def rows(self, query: str) -> list[Row]:
        """All rows of a query; none where a relation that it asks for was not published."""
        try:
            return self.connection.execute(query).fetchall()
        except duckdb.CatalogException:
            return []

    def goals_reached(self) -> list[Row]:
        """Goals with their conversions and persons, the most frequent first."""
        return self.rows(
            """
            select goal_code, count(*) as conversion_count, count(distinct user_id)
            from fct_conversions
            group by goal_code
            order by conversion_count desc, goal_code
            """
        )

    def given(self, var: str) -> Any:
        """What a var of dbt was in that build; None where the publication does not say."""
        try:
            made_of = json.loads((self.folder / "made_of.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return made_of.get("values", {}).get(f"var {var}")

    def row(self, query: str) -> Row | None:
        """The first row of a query."""
        found = self.rows(query)
        return found[0] if found else None


def summary(folder: Path, shown_as: Path) -> str:
    """The summary of the publication in `folder`; `shown_as` is the path that readers know it by."""
    reader = _Reader(folder)
    try:
        sections: list[tuple[str, Callable[[_Reader], list[str]]]] = [
            ("What came in", _what_came_in),
            ("Who they are", _who_they_are),
            ("Where they convert", _where_they_convert),
            ("Where most are lost", _where_most_are_lost),
            ("How satisfied they are", _how_satisfied),
        ]
        parts = []
        for heading, tell in sections:
            parts.append(_section(heading, tell(reader)))
        files = len(reader.note["row_counts"])
        parts.append(
            _section(
                "Where the files are",
                [
                    f"{shown_as}/ shows this publication: {files} relations as Parquet, ready for any BI tool. "
                    f"The build database is for analysts, and holds raw identifiers."
                ],
            )
        )
        hints = _hints(reader)
        if hints:
            parts.append(_section("Worth a look", hints))
    finally:
        reader.connection.close()
    return "\n" + "\n".join(parts)


def _section(heading: str, sentences: list[str]) -> str:
    body = "\n".join(
        textwrap.fill(sentence, 96, initial_indent="  ", subsequent_indent="  ")
        for sentence in sentences
    )
    return f"{heading}\n{body}\n"


def _what_came_in(reader: _Reader) -> list[str]:
    found = reader.row(
        """
        select
            sum(received), sum(accepted), sum(duplicate), sum(quarantined), sum(out_of_scope), sum(erased),
            sum(expired),
            count(distinct source_system), count(distinct (source_system, source_table))
        from record_ledger
        where received > 0
        """
    )
    if not found or not found[0]:
        return ["No record came in: the dataset holds no file of the landing contract."]
    received, accepted, duplicates, quarantined, outside, erased, expired, systems, tables = found
    kept = [f"{_count(accepted)} accepted"]
    for number, word in (
        (duplicates, "duplicates"),
        (quarantined, "quarantined"),
        (outside, "out of scope (bots, staff)"),
        (erased, "erased on request"),
        (expired, "past their retention period"),
    ):
        if number:
            kept.append(f"{_count(number)} {word}")
    told = [
        f"{_count(received)} records from {_plural(tables, 'table')} of {_plural(systems, 'system')}: "
        f"{', '.join(kept)}."
    ]
    reasons = reader.rows(
        """
        select reason_code, count(*) as record_count
        from quarantined_records
        group by all
        order by record_count desc, 1
        limit 3
        """
    )
    if reasons:
        listed = ", ".join(
            f"{reason.replace('_', ' ')} ({_count(number)})" for reason, number in reasons
        )
        told.append(f"Quarantined most often: {listed}.")
    return told


def _who_they_are(reader: _Reader) -> list[str]:
    people = reader.row("select count(*), coalesce(sum(cast(is_known as int)), 0) from dim_users")
    touchpoints = reader.row("select count(*), count(*) - count(user_id) from fct_touchpoints")
    sessions = reader.row("select count(*) from fct_sessions")
    if not people or not people[0]:
        return ["Nobody yet: no accepted record carries an identifier."]
    told = [
        f"{_plural(people[0], 'person', 'people')}: {_count(people[1])} known by a strong identifier, "
        f"{_count(people[0] - people[1])} anonymous."
    ]
    if touchpoints and sessions:
        nameless = f" ({_count(touchpoints[1])} of nobody we can name)" if touchpoints[1] else ""
        told.append(
            f"{_plural(touchpoints[0], 'touchpoint')} in {_plural(sessions[0], 'session')}{nameless}."
        )
    first = reader.rows(
        """
        with first_interactions as (
            select
                user_id,
                arg_min(fct_touchpoints.channel_code, (occurred_at, touchpoint_id)) as channel_code
            from fct_touchpoints
            inner join dim_touchpoints
                on fct_touchpoints.touchpoint_code = dim_touchpoints.touchpoint_code
            where user_id is not null and is_attributable
            group by user_id
        )

        select channel_name, count(*) as user_count, (select count(*) from dim_users)
        from first_interactions
        inner join dim_channels on first_interactions.channel_code = dim_channels.channel_code
        group by channel_name
        order by user_count desc, channel_name
        limit 5
        """
    )
    if first:
        listed = ", ".join(f"{name} {_share(number, total)}" for name, number, total in first)
        told.append(f"They come first by: {listed}.")
    return told


def _where_they_convert(reader: _Reader) -> list[str]:
    orders = reader.row(
        """
        select
            count(*) filter (where is_paid),
            -- what was taken back goes off: a return has an amount below 0, an unpaid order has 0
            sum(net_amount),
            count(*)
        from fct_orders
        """
    )
    if not orders or not orders[2]:
        return ["No orders came in.", *_other_goals(reader)]
    currency = reader.note["settings"]["currency"]
    told = [f"{_plural(orders[0], 'paid order')}, net revenue {_money(orders[1])} {currency}."]
    channels = reader.rows(
        """
        select
            coalesce(dim_channels.channel_name, channel_contribution.code),
            channel_contribution.share
        from channel_contribution
        left join dim_channels on channel_contribution.code = dim_channels.channel_code
        where
            goal_code = 'order'
            and level = 'channel'
            and model_code = 'last'
            and period_type = 'all'
            and conversions > 0
        order by channel_contribution.conversions desc, channel_contribution.code
        limit 5
        """
    )
    if channels:
        names = {"(unattributed)": "nothing seen before"}
        listed = ", ".join(f"{names.get(name, name)} {_percent(share)}" for name, share in channels)
        told.append(f"The last touchpoint before an order: {listed}.")
    return told


def _other_goals(reader: _Reader) -> list[str]:
    """What is counted of a company that sells by no order: appointments, visits, consultations …"""
    industry = reader.note["settings"]["industry"]
    names = {
        row["goal_code"]: row["goal_name"]
        for row in read_seed("goals", PROJECT)
        if row["industry"] in ("all", industry)
    }
    goals = reader.goals_reached()
    if not goals:
        return []
    listed = ", ".join(
        f"{names.get(code, code)} {_count(number)} (of {_plural(users, 'person', 'people')})"
        for code, number, users in goals
    )
    return [f"Other goals: {listed}."]


def funnel_of(industry: str) -> str:
    """The funnel that a company of the industry is told of: the first one that the seed has of the industry."""
    own = [row for row in read_seed("funnel_definitions", PROJECT) if row["industry"] == industry]
    return own[0]["funnel_code"] if own else "order"


def _where_most_are_lost(reader: _Reader) -> list[str]:
    funnel = funnel_of(reader.note["settings"]["industry"])
    steps = reader.rows(
        f"""
        select step_number, step_name, user_count
        from funnel_steps
        where funnel_code = '{funnel}' and breakdown = 'all' and not is_optional
        order by step_number
        """
    )
    if len(steps) < 2 or not steps[0][2]:
        entered = reader.row(
            f"select count(*) from fct_funnel_entries where funnel_code = '{funnel}'"
        )
        if entered and entered[0]:
            told = _plural(entered[0], "entry", "entries")
            return [f"The {funnel} funnel has {told}, none of which has had its whole time yet."]
        return [f"The {funnel} funnel holds nobody yet."]
    pairs = list(itertools.pairwise(steps))
    before, after = max(pairs, key=lambda pair: (pair[0][2] - pair[1][2], -pair[0][0]))
    lost = before[2] - after[2]
    return [
        f"{funnel.capitalize()} funnel: {_count(lost)} of {_plural(before[2], 'person', 'people')} "
        f"({_share(lost, before[2])}) who reach “{before[1]}” do not reach “{after[1]}”.",
        " → ".join(f"{name} {_count(number)}" for _, name, number in steps) + ".",
    ]


def _how_satisfied(reader: _Reader) -> list[str]:
    found = reader.row(
        """
        select
            sum(csat_satisfied_count), sum(csat_response_count), sum(nps_promoter_count),
            sum(nps_detractor_count), sum(nps_response_count)
        from touchpoint_satisfaction
        where period_type = 'all'
        """
    )
    if not found or not (found[1] or found[4]):
        return ["Nobody has been asked yet, or nobody answered."]
    satisfied, answers, promoters, detractors, nps_answers = (number or 0 for number in found)
    told = []
    if answers:
        told.append(f"CSAT {_share(satisfied, answers)} of {_plural(answers, 'answer')}")
    if nps_answers:
        nps = 100 * (promoters - detractors) / nps_answers
        told.append(f"NPS {nps:+.0f} from {_plural(nps_answers, 'answer')}")
    return ["; ".join(told) + "."]


def _what_lies_ahead(reader: _Reader) -> list[str]:
    """Interactions later than a day after the build: the newest of them is taken for now, unless as_of says what is."""
    built_at = reader.note.get("built_at")
    if not built_at or reader.given("as_of"):
        return []
    found = reader.row(
        f"""
        select count(*), cast(max(occurred_at) as date)
        from fct_touchpoints
        where occurred_at > timezone('UTC', timestamptz '{built_at}') + interval 1 day
        """
    )
    if not found or not found[0]:
        return []
    return [
        f"{_plural(found[0], 'interaction')} dated after this build, up to {found[1]}, which counts as now: periods, "
        "journeys and profiles end there. `make doctor` names the columns: repair the records, or set the var as_of "
        "(docs/settings.md)."
    ]


def _hints(reader: _Reader) -> list[str]:
    told = []
    unmapped = reader.row("select count(*) from fct_touchpoints where touchpoint_code = 'unmapped'")
    if unmapped and unmapped[0]:
        told.append(
            f"{_plural(unmapped[0], 'event')} could not be mapped to a touchpoint: `make doctor` prints the rows "
            "to paste into seeds/."
        )
    told.extend(_what_lies_ahead(reader))
    goal = reader.given("scorecard_goal")
    reached = [row[0] for row in reader.goals_reached()]
    if goal and reached and goal not in reached:
        told.append(
            f"Nobody reached the goal `{goal}`, which the scorecard and the home page are about: give the var "
            f"scorecard_goal another, such as {reached[0]} (docs/settings.md)."
        )
    late = reader.rows(
        "select source_system || '.' || source_table from source_watermarks where is_late order by all"
    )
    if late:
        shown = ", ".join(name for (name,) in late[:4]) + (" …" if len(late) > 4 else "")
        told.append(f"{_plural(len(late), 'table')} older than expected: {shown}.")
    unreadable = reader.row("select sum(unreadable_count), count(*) from unreadable_values")
    if unreadable and unreadable[0]:
        told.append(
            f"{_plural(unreadable[0], 'value')} could not be read and count as absent (unreadable_values)."
        )
    unconverted = reader.row("select sum(record_count) from unconverted_amounts")
    if unconverted and unconverted[0]:
        told.append(
            f"{_plural(unconverted[0], 'amount')} without an exchange rate: add it to seeds/exchange_rates.csv "
            "(unconverted_amounts)."
        )
    off_scale = reader.row("select sum(off_scale_count) from off_scale_scores")
    if off_scale and off_scale[0]:
        told.append(
            f"{_plural(off_scale[0], 'score')} outside the scale count in no rate: export scale_min and scale_max, or "
            "set the default of their type in seeds/satisfaction_scales.csv (off_scale_scores)."
        )
    drift = reader.row("select count(*) from schema_drift where drift = 'extra'")
    if drift and drift[0]:
        told.append(
            f"{_plural(drift[0], 'column')} outside the landing contract, ignored (schema_drift)."
        )
    return told


def _count(number: int | Decimal | None) -> str:
    return f"{int(number or 0):,}"


def _plural(number: int | Decimal, word: str, words: str | None = None) -> str:
    return f"{_count(number)} {word if number == 1 else words or word + 's'}"


def _money(amount: Decimal | None) -> str:
    return f"{amount or Decimal(0):,.2f}"


def _share(part: int | Decimal, whole: int | Decimal) -> str:
    return _percent(part / whole if whole else None)


def _percent(share: float | Decimal | None) -> str:
    if share is None:
        return "–"
    return "under 1 %" if 0 < share < 0.01 else f"{100 * float(share):.0f} %"
