"""SQL over the relations of a publication → data frames: one function per question of a page.

Counts are added, and rates are made of added counts (the macros rate, rate_low, rate_high of the publication): a
rate is never averaged. Everything else is read as the marts say it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from explorer.blocks import ALL
from explorer.publication import NORMAL, NotPublished, Publication, Rows


def _where(**conditions: Any) -> tuple[str, list[Any]]:
    """Conditions `column = value` of what was chosen; what is ALL or None does not restrict."""
    chosen = {name: value for name, value in conditions.items() if value not in (None, ALL)}
    # `alias__column` stands for alias.column.
    told = [f"{name.replace('__', '.')} = ?" for name in chosen]
    return (" and ".join(["true", *told]), list(chosen.values()))


def _local_month(publication: Publication, column: str, month: str) -> tuple[str, list[Any]]:
    """A condition that a UTC time lies in a month of the business time zone.

    The bare times a day around it come first: they are compared as they lie in the file, and what they leave out is
    never converted, which is what takes long.
    """
    if month == ALL:
        return "true", []
    first = "cast(cast(? as date) as timestamp)"
    condition, values = _month(_local(publication, column), month)
    return (
        f"{column} >= {first} - interval 1 day and {column} < {first} + interval 1 month + interval 1 day "
        f"and {condition}",
        [month, month, *values],
    )


def _month(column: str, month: str) -> tuple[str, list[Any]]:
    """A condition that a date lies in a month."""
    if month == ALL:
        return "true", []
    return f"date_trunc('month', {column}) = cast(? as date)", [month]


# ---- what can be chosen ----------------------------------------------------------------------------------------------


def distinct(publication: Publication, relation: str, column: str) -> list[Any]:
    """The values of a column, sorted."""
    found = publication.frame(
        f"select distinct {column} as value from {relation} where {column} is not null order by value"
    )
    return found["value"].tolist()


def months(publication: Publication, relation: str, column: str) -> list[str]:
    """The months of a date column, the newest first."""
    found = publication.frame(
        f"""
        select strftime(month, '%Y-%m-%d') as month
        from (select distinct date_trunc('month', {column}) as month from {relation} where {column} is not null)
        order by month desc
        """
    )
    return found["month"].tolist()


def months_of_times(publication: Publication, relation: str, column: str) -> list[str]:
    """The months of the business time zone that a UTC time of a large relation spans, the newest first."""
    found = publication.frame(
        f"""
        select strftime(unnest(generate_series(first, last, interval 1 month)), '%Y-%m-%d') as month
        from (
            select date_trunc('month', {_local(publication, f"min({column})")}) as first,
                   date_trunc('month', {_local(publication, f"max({column})")}) as last
            from {relation}
        )
        order by month desc
        """
    )
    return found["month"].tolist()


def _local(publication: Publication, column: str) -> str:
    """A UTC time in the business time zone."""
    zone = publication.timezone.replace("'", "''")
    return f"timezone('{zone}', timezone('UTC', {column}))"


def last_day(publication: Publication) -> str:
    """The last business day that has an interaction."""
    try:
        found = publication.frame("select max(occurred_date) as day from fct_touchpoints")
    except NotPublished:
        return "–"
    day = found["day"].iloc[0]
    return "–" if pd.isna(day) else f"{day:%Y-%m-%d}"


# ---- overview --------------------------------------------------------------------------------------------------------


def new_people(publication: Publication, month: str) -> pd.DataFrame:
    """People first seen in a month (business time zone) by their first channel."""
    condition, values = _local_month(publication, "first_seen_at", month)
    given = values
    return publication.frame(
        f"""
        select first_channel_code as channel_code, count(*) as people
        from dim_users
        where first_channel_code is not null and {condition}
        group by first_channel_code
        order by people desc, channel_code
        """,
        *given,
    )


def new_people_rows(publication: Publication, month: str, channel: str) -> Rows:
    """The people behind `new_people`."""
    condition, values = _local_month(publication, "first_seen_at", month)
    given = values
    return publication.rows(
        f"""
        select user_id, first_seen_at, first_channel_code, region, customer_tier, touchpoint_count
        from dim_users
        where {condition} and first_channel_code = ?
        """,
        "first_seen_at, user_id",
        *given,
        channel,
    )


def orders_by_channel(publication: Publication, month: str) -> pd.DataFrame:
    """Conversions of the goal `order` by the channel where they happened."""
    condition, values = _month("converted_date", month)
    return publication.frame(
        f"""
        select coalesce(channel_code, '(unknown)') as channel_code, count(*) as orders,
               cast(sum(value) as double) as value
        from fct_conversions
        where goal_code = 'order' and {condition}
        group by all
        order by orders desc, channel_code
        """,
        *values,
    )


def order_rows(publication: Publication, month: str, channel: str) -> Rows:
    """The conversions behind `orders_by_channel`."""
    condition, values = _month("converted_date", month)
    return publication.rows(
        f"""
        select conversion_id, user_id, converted_at, channel_code, cast(value as double) as value
        from fct_conversions
        where goal_code = 'order' and {condition} and coalesce(channel_code, '(unknown)') = ?
        """,
        "converted_at, conversion_id",
        *values,
        channel,
    )


MONTHLY = {
    "kpi_sessions": (
        "fct_sessions",
        "select date_trunc('month', started_date) as month, count(*) as value from fct_sessions group by all",
    ),
    "kpi_new": (
        "dim_users",
        "select date_trunc('month', cast(timezone('{zone}', timezone('UTC', first_seen_at)) as date)) as month, "
        "count(*) as value from dim_users where first_channel_code is not null group by all",
    ),
    "kpi_orders": (
        "fct_orders",
        "select date_trunc('month', ordered_date) as month, count(*) as value from fct_orders "
        "where is_paid and not is_return group by all",
    ),
    "kpi_net": (
        "fct_orders",
        "select date_trunc('month', ordered_date) as month, cast(sum(net_amount) as double) as value "
        "from fct_orders group by all",
    ),
    "kpi_conversion": (
        "metric_values",
        "select period_start_date as month, value from metric_values where metric_code = 'session_order_rate' "
        "and channel_code = '(all)' and period_type = 'month'",
    ),
    "kpi_csat": (
        "touchpoint_satisfaction",
        "select period_start_date as month, rate(sum(csat_satisfied_count), sum(csat_response_count)) as value "
        "from touchpoint_satisfaction where period_type = 'month' group by all",
    ),
    "kpi_sla": (
        "touchpoint_satisfaction",
        "select period_start_date as month, rate(sum(service_level_met_count), sum(service_level_due_count)) as value "
        "from touchpoint_satisfaction where period_type = 'month' group by all",
    ),
    "kpi_complaints": (
        "touchpoint_satisfaction",
        "select period_start_date as month, cast(sum(complaint_count) as bigint) as value "
        "from touchpoint_satisfaction where period_type = 'month' group by all",
    ),
}


def monthly(publication: Publication, key: str) -> pd.DataFrame:
    """A key figure month by month."""
    relation, sql = MONTHLY[key]
    if not publication.has(relation):
        return pd.DataFrame({"month": [], "value": []})
    zone = publication.timezone.replace("'", "''")
    return publication.frame(
        f"select strftime(month, '%Y-%m-%d') as month, value from ({sql.format(zone=zone)}) "
        "where month is not null order by month"
    )


def mix_and_rate(publication: Publication, month: str) -> pd.DataFrame:
    """Mix and rate effects of the share of sessions that order, by channel, largest first."""
    return publication.frame(
        """
        select category as channel_code, mix_effect, rate_effect, total_change, is_suppressed,
               strftime(previous_period_start_date, '%Y-%m-%d') as previous_month
        from mix_and_rate_changes
        where metric_code = 'session_order_rate' and dimension = 'channel' and period_start_date = cast(? as date)
        order by abs(coalesce(mix_effect, 0) + coalesce(rate_effect, 0)) desc, category
        """,
        month,
    )


def mix_rows(publication: Publication, month: str, channel: str) -> Rows:
    """The row of `mix_and_rate_changes` behind a channel's effects, with its sum."""
    return publication.rows(
        """
        select *, mix_effect + rate_effect as effect
        from mix_and_rate_changes
        where metric_code = 'session_order_rate' and dimension = 'channel' and period_start_date = cast(? as date)
            and category = ?
        """,
        "all",
        month,
        channel,
    )


# ---- journeys --------------------------------------------------------------------------------------------------------


OUTCOME = """case when is_converted then '(converted)' when journey_status = 'open' then '(open)' else '(lapsed)' end"""


def _ways_of_a_month(
    publication: Publication, goal: str, level: str, month: str, steps: int
) -> tuple[str, list[Any]]:
    """Journeys that began in a month by their first steps, whether there are more, and their end."""
    condition, values = _local_month(publication, "started_at", month)
    path = "channel_path" if level == "channel" else "touchpoint_path"
    return (
        f"""
            select {path}[1:{steps}] as path, len({path}) > {steps} as is_longer, {OUTCOME} as outcome,
                   count(*) as journeys
            from fct_journeys
            where goal_code = ? and {condition}
            group by all
        """,
        [goal, *values],
    )


def _ways_of_all_time(goal: str, level: str, steps: int) -> tuple[str, list[Any]]:
    """The same of all journeys, from their paths, of which each is counted by its ends."""
    return (
        f"""
            select path, is_longer, outcome, journeys
            from (
                select path[1:{steps}] as path, len(path) > {steps} as is_longer,
                       sum(converted_count) as "(converted)", sum(open_count) as "(open)",
                       sum(journey_count - converted_count - open_count) as "(lapsed)"
                from journey_paths
                where goal_code = ? and level = ?
                group by all
            ) unpivot (journeys for outcome in ("(converted)", "(open)", "(lapsed)"))
            where journeys > 0
        """,
        [goal, level],
    )


def journey_flows(
    publication: Publication, goal: str, level: str, month: str, steps: int, top: int
) -> pd.DataFrame:
    """Flows between the first steps of journeys and their end: depth, from, to, journeys.

    A code that is not among the `top` of its step becomes (others). A journey longer than `steps` passes (more).
    Journeys that begin and end alike are counted first: of millions some thousand ways are left. Of all time
    journey_paths has them counted already.
    """
    ways, values = (
        _ways_of_all_time(goal, level, steps)
        if month == ALL
        else _ways_of_a_month(publication, goal, level, month, steps)
    )
    return publication.frame(
        f"""
        with ways as (
            {ways}
        ),
        numbered as (
            select row_number() over (order by path, is_longer, outcome) as way, * from ways
        ),
        steps as (
            select way, journeys, step.number as number, path[step.number] as code
            from numbered, (select unnest(range(1, {steps} + 1)) as number) as step
            where step.number <= len(path)
        ),
        ranked as (
            select number, code,
                   row_number() over (partition by number order by sum(journeys) desc, code) as place
            from steps group by number, code
        ),
        told as (
            select steps.way, steps.journeys, steps.number,
                   case when place <= {top} then steps.code else '(others)' end as code
            from steps inner join ranked using (number, code)
        ),
        ends as (
            select way, journeys, number, code from told
            union all
            select way, journeys, {steps} + 1, '(more)' from numbered where is_longer
            union all
            select way, journeys, {steps} + 2, outcome from numbered
        ),
        pairs as (
            select journeys, number as depth, code as from_code,
                   lead(number) over (partition by way order by number) as to_depth,
                   lead(code) over (partition by way order by number) as to_code
            from ends
        )
        select depth, from_code, to_depth, to_code, cast(sum(journeys) as bigint) as journeys
        from pairs
        where to_code is not null
        group by all
        order by depth, journeys desc, from_code, to_code, to_depth
        """,
        *values,
    )


def journey_rows(
    publication: Publication,
    goal: str,
    level: str,
    month: str,
    depth: int,
    code: str,
    told_apart: list[str],
    steps: int,
) -> Rows:
    """The journeys that pass a node of `journey_flows`."""
    condition, values = _local_month(publication, "started_at", month)
    path = "channel_path" if level == "channel" else "touchpoint_path"
    if depth == steps + 2:
        node, given = f"{OUTCOME} = ?", [code]
    elif depth == steps + 1:
        node, given = f"len({path}) > {steps}", []
    elif code == "(others)":
        node, given = (
            f"len({path}) >= {depth} and not list_contains(?, {path}[{depth}])",
            [told_apart],
        )
    else:
        node, given = f"len({path}) >= {depth} and {path}[{depth}] = ?", [code]
    return publication.rows(
        f"""
        select journey_id, user_id, journey_status, started_at, ended_at, step_count, cast(value as double) as value,
               {path} as path
        from fct_journeys
        where goal_code = ? and {condition} and {node}
        """,
        "started_at, journey_id",
        goal,
        *values,
        *given,
    )


def top_paths(publication: Publication, goal: str, level: str, count: int = 25) -> pd.DataFrame:
    """The most frequent paths of a goal."""
    return publication.frame(
        f"""
        select path_id, path, journey_count, converted_count, open_count, cast(value as double) as value,
               conversion_rate, conversion_rate_low, conversion_rate_high, median_hours_to_convert, is_suppressed,
               share_of_conversions
        from journey_paths
        where goal_code = ? and level = ?
        order by journey_count desc, path_id
        limit {count}
        """,
        goal,
        level,
    )


def best_path(publication: Publication, goal: str, level: str) -> pd.DataFrame:
    """The path with most conversions, and all journeys and conversions of the goal."""
    return publication.frame(
        """
        with best as (
            select path, converted_count, share_of_conversions
            from journey_paths
            where goal_code = ? and level = ?
            order by converted_count desc, path_id
            limit 1
        ),
        sums as (
            select cast(sum(journey_count) as bigint) as journeys, cast(sum(converted_count) as bigint) as converted
            from journey_paths
            where goal_code = ? and level = ?
        )
        select * from best, sums
        """,
        *([goal, level] * 2),
    )


def path_rows(publication: Publication, goal: str, level: str, path_id: str) -> Rows:
    """The journeys of a path."""
    column = "channel_path_id" if level == "channel" else "path_id"
    return publication.rows(
        f"""
        select journey_id, user_id, journey_status, started_at, ended_at, step_count, cast(value as double) as value
        from fct_journeys
        where goal_code = ? and {column} = ?
        """,
        "started_at, journey_id",
        goal,
        path_id,
    )


def handovers(publication: Publication, goal: str) -> pd.DataFrame:
    """People led from channel to channel."""
    return publication.frame(
        """
        select from_channel_code, to_channel_code, user_count, converted_user_count, conversion_count,
               cast(value as double) as value, conversion_rate, conversion_rate_low, conversion_rate_high,
               is_suppressed
        from channel_handovers
        where goal_code = ?
        order by user_count desc, from_channel_code, to_channel_code
        """,
        goal,
    )


# ---- funnel ----------------------------------------------------------------------------------------------------------

PROFILE = "(select any_value({}) from user_profiles where user_profiles.user_id = entry.user_id)"
# Breakdown → what an entry has of it; the last two are the person's as of now.
BREAKDOWN_COLUMNS = {
    "channel": "entry.channel_code",
    "region": "entry.region",
    "customer_tier": "entry.customer_tier",
    "device": "entry.device_class",
    "campaign": "entry.campaign",
    "rfm_segment": PROFILE.format("rfm_segment_code"),
    "lifecycle_stage": PROFILE.format("lifecycle_stage"),
}
FUNNEL_COLUMNS = """step_number, step_name, is_optional, entry_count, previous_entry_count, entered_count, user_count,
    conversion_from_previous, conversion_from_previous_low, conversion_from_previous_high,
    conversion_from_start, conversion_from_start_low, conversion_from_start_high, drop_off_count,
    median_seconds_from_previous, is_suppressed"""


def funnel_steps(publication: Publication, funnel: str, breakdown: str, value: str) -> pd.DataFrame:
    """The steps of a funnel, of one group or of all."""
    return publication.frame(
        f"""
        select {FUNNEL_COLUMNS}
        from funnel_steps
        where funnel_code = ? and attribution = 'entry' and breakdown = ? and breakdown_value = ?
        order by step_number
        """,
        funnel,
        breakdown,
        value,
    )


def breakdowns(publication: Publication) -> list[str]:
    """The breakdowns that funnels have, in the order in which they are offered."""
    found = set(distinct(publication, "funnel_steps", "breakdown"))
    return [name for name in BREAKDOWN_COLUMNS if name in found]


def funnel_groups(publication: Publication, funnel: str, breakdown: str) -> list[str]:
    """The groups of a breakdown, the largest first."""
    found = publication.frame(
        """
        select breakdown_value
        from funnel_steps
        where funnel_code = ? and attribution = 'entry' and breakdown = ? and step_number = 1
        order by entry_count desc, breakdown_value
        """,
        funnel,
        breakdown,
    )
    return found["breakdown_value"].tolist()


def _of_breakdown(breakdown: str, value: str) -> tuple[str, list[str]]:
    """The condition that picks the entries of one value of a breakdown, and its parameters."""
    if breakdown == "all":
        return "true", []
    missing = "(none)" if breakdown == "campaign" else "(unknown)"
    return f"coalesce({BREAKDOWN_COLUMNS[breakdown]}, '{missing}') = ?", [value]


def funnel_rows(
    publication: Publication, funnel: str, step: int, breakdown: str, value: str
) -> Rows:
    """The entries that reached a step, of those whose window has passed."""
    condition, given = _of_breakdown(breakdown, value)
    return publication.rows(
        f"""
        select entry.entry_id, entry.user_id, entry.entered_at, step.reached_at, step.step_name, entry.channel_code,
               entry.region, entry.customer_tier, entry.is_converted, cast(entry.value as double) as value
        from fct_funnel_entries as entry
        inner join fct_funnel_entry_steps as step on entry.entry_id = step.entry_id
        where entry.funnel_code = ? and step.step_number = ? and entry.is_mature and {condition}
        """,
        "entry.entered_at, entry.entry_id",
        funnel,
        step,
        *given,
    )


def bottlenecks(
    publication: Publication, funnel: str, breakdown: str, count: int = 12
) -> pd.DataFrame:
    """What could be won back at the steps of a funnel, the most first; nothing where the mart is not published."""
    if not publication.has("funnel_bottlenecks"):
        return pd.DataFrame()
    return publication.frame(
        f"""
        select breakdown_value, step_number, step_name, previous_entry_count, entry_count, conversion_from_previous,
               conversion_from_previous_low, conversion_from_previous_high, benchmark_rate, gap,
               recoverable_conversions, cast(recoverable_value as double) as recoverable_value, bottleneck_rank
        from funnel_bottlenecks
        where funnel_code = ? and breakdown = ? and recoverable_conversions > 0
        order by bottleneck_rank, breakdown_value, step_number
        limit {count}
        """,
        funnel,
        breakdown,
    )


def worst_bottleneck(publication: Publication) -> pd.DataFrame:
    """The step of all funnels where most could be won back: by value, of funnels with values."""
    return publication.frame(
        """
        select funnel_code, step_name, recoverable_conversions, cast(recoverable_value as double) as recoverable_value
        from funnel_bottlenecks
        where breakdown = 'all' and recoverable_conversions > 0
        order by recoverable_value desc nulls last, recoverable_conversions desc, funnel_code, step_number
        limit 1
        """
    )


def bottleneck_rows(
    publication: Publication, funnel: str, breakdown: str, value: str, step: int
) -> Rows:
    """The entries that were lost at a step: they reached the required step before, and not this one in time."""
    condition, given = _of_breakdown(breakdown, value)
    return publication.rows(
        f"""
        with before as (
            select max(step_number) as number from funnel_steps
            where funnel_code = ? and breakdown = 'all' and not is_optional and step_number < ?
        )
        select entry.entry_id, entry.user_id, entry.entered_at, entry.reached_step, entry.last_reached_at,
               entry.channel_code, entry.region, entry.customer_tier
        from fct_funnel_entries as entry, before
        where entry.funnel_code = ? and entry.reached_step = before.number and entry.is_mature and {condition}
        """,
        "entry.entered_at, entry.entry_id",
        funnel,
        step,
        funnel,
        *given,
    )


# ---- contribution and returns ----------------------------------------------------------------------------------------


def contribution(
    publication: Publication, goal: str, level: str, model: str, month: str
) -> pd.DataFrame:
    """Contribution of each code by a model, the most first."""
    period = (
        "period_type = 'all'"
        if month == ALL
        else "period_type = 'month' and period_start_date = cast(? as date)"
    )
    given = [] if month == ALL else [month]
    return publication.frame(
        f"""
        select code, cast(conversions as double) as conversions, cast(value as double) as value, share, share_low,
               share_high, value_share, is_low_data, is_unsettled,
               cast(total_conversions as double) as total_conversions, cast(total_value as double) as total_value
        from channel_contribution
        where goal_code = ? and level = ? and model_code = ? and {period}
        order by conversions desc, value desc, code
        """,
        goal,
        level,
        model,
        *given,
    )


def contribution_by_model(
    publication: Publication, goal: str, level: str, month: str
) -> pd.DataFrame:
    """Share of each code by every model."""
    period = (
        "period_type = 'all'"
        if month == ALL
        else "period_type = 'month' and period_start_date = cast(? as date)"
    )
    given = [] if month == ALL else [month]
    return publication.frame(
        f"""
        select code, model_code, share, share_low, share_high, cast(conversions as double) as conversions,
               cast(total_conversions as double) as total_conversions
        from channel_contribution
        where goal_code = ? and level = ? and {period}
        order by model_code, conversions desc, code
        """,
        goal,
        level,
        *given,
    )


def credit_rows(
    publication: Publication, goal: str, level: str, model: str, month: str, code: str
) -> Rows:
    """The credits behind a contribution: rule models have them, models of whole paths do not."""
    condition, values = _month("conversion.converted_date", month)
    if level == "campaign":
        place = (
            "case when credit.touchpoint_id is null then '(unattributed)' "
            "else coalesce(touch.campaign, '(no campaign)') end"
        )
        joined = "left join fct_touchpoints as touch on credit.touchpoint_id = touch.touchpoint_id"
    else:
        place, joined = f"credit.{level}_code", ""
    return publication.rows(
        f"""
        select credit.conversion_id, conversion.converted_at, credit.channel_code, credit.touchpoint_code,
               credit.touchpoint_id, cast(credit.credit as double) as credit, cast(credit.value as double) as value
        from fct_touchpoint_credits as credit
        inner join fct_conversions as conversion on credit.conversion_id = conversion.conversion_id
        {joined}
        where credit.goal_code = ? and credit.model_code = ? and {place} = ? and {condition}
        """,
        "conversion.converted_at, credit.conversion_id, credit.touchpoint_id",
        goal,
        model,
        code,
        *values,
    )


# Models that credit one touch: their credits are the same at every level. Others have steps of their own at each
# level, and the credits that are published are those of touchpoints.
ONE_TOUCH = ("first", "last", "last_non_direct")


def has_credit_rows(publication: Publication, level: str, model: str) -> bool:
    """Whether the credits of a contribution are rows of fct_touchpoint_credits."""
    if not publication.has("fct_touchpoint_credits"):
        return False
    ruled = distinct(publication, "fct_touchpoint_credits", "model_code")
    return model in ruled and (level == "touchpoint" or model in ONE_TOUCH)


def adds_up_over_months(publication: Publication, model: str) -> bool:
    """Whether a model credits conversion by conversion, so that months add up to all time."""
    if not publication.has("fct_touchpoint_credits"):
        return False
    return model in distinct(publication, "fct_touchpoint_credits", "model_code")


def contribution_months(
    publication: Publication, goal: str, level: str, model: str, month: str, code: str
) -> Rows:
    """The months behind a contribution."""
    condition, values = _month("period_start_date", month)
    return publication.rows(
        f"""
        select code, model_code, period_start_date, cast(conversions as double) as credit,
               cast(value as double) as value, share, cast(total_conversions as double) as total_conversions
        from channel_contribution
        where goal_code = ? and level = ? and model_code = ? and code = ? and period_type = 'month' and {condition}
        """,
        "period_start_date",
        goal,
        level,
        model,
        code,
        *values,
    )


def returns(publication: Publication, goal: str, model: str, month: str, by: str) -> pd.DataFrame:
    """Cost, credited conversions and value of what has a known cost, by channel or campaign."""
    condition, values = _month("month_start_date", month)
    columns = "channel_code" if by == "channel" else "channel_code, campaign"
    return publication.frame(
        f"""
        select {columns}, cast(sum(cost) as double) as cost, cast(sum(conversions) as double) as conversions,
               cast(sum(value) as double) as value,
               cast(sum(cost) as double) / nullif(cast(sum(conversions) as double), 0) as cost_per_conversion,
               cast(sum(value) as double) / nullif(cast(sum(cost) as double), 0) as return_on_spend
        from channel_returns
        where goal_code = ? and model_code = ? and {condition}
        group by {columns}
        having sum(cost) > 0
        order by cost desc, {columns}
        """,
        goal,
        model,
        *values,
    )


def has_spend(publication: Publication) -> bool:
    """Whether any cost is known at all."""
    found = publication.frame("select coalesce(sum(cost), 0) > 0 as spent from channel_returns")
    return bool(found["spent"][0])


def return_rows(publication: Publication, goal: str, model: str, month: str, channel: str) -> Rows:
    """The months and campaigns behind a channel's cost and value."""
    condition, values = _month("month_start_date", month)
    return publication.rows(
        f"""
        select channel_code, campaign, month_start_date, cast(cost as double) as cost,
               cast(conversions as double) as conversions, cast(value as double) as value
        from channel_returns
        where goal_code = ? and model_code = ? and {condition} and channel_code = ?
        """,
        "month_start_date, campaign",
        goal,
        model,
        *values,
        channel,
    )


# ---- satisfaction ----------------------------------------------------------------------------------------------------

# measure: numerator, denominator. NPS has an interval of its own.
MEASURES = {
    "csat": ("csat_satisfied_count", "csat_response_count"),
    "nps": ("nps_promoter_count - nps_detractor_count", "nps_response_count"),
    "ces_easy": ("ces_easy_count", "ces_response_count"),
    "review": ("review_satisfied_count", "review_count"),
    "sla": ("service_level_met_count", "service_level_due_count"),
}


def _measure(measure: str) -> str:
    """Numerator, denominator, rate and interval of a measure over what is grouped."""
    part, whole = MEASURES[measure]
    part, whole = f"sum({part})", f"sum({whole})"
    if measure == "nps":
        spread = "(sum(nps_promoter_count) + sum(nps_detractor_count))"
        error = (
            f"{NORMAL} * sqrt(greatest({spread} / {whole} - pow({part} / {whole}, 2), 0) / {whole})"
        )
        low, high = (
            f"case when {whole} >= least_count then greatest(-1, {part} / {whole} {sign} {error}) end"
            if sign == "-"
            else f"case when {whole} >= least_count then least(1, {part} / {whole} {sign} {error}) end"
            for sign in ("-", "+")
        )
    else:
        low, high = f"rate_low({part}, {whole})", f"rate_high({part}, {whole})"
    return (
        f"cast({part} as double) as part, cast({whole} as double) as whole, rate({part}, {whole}) as rate, "
        f"cast({low} as double) as low, cast({high} as double) as high"
    )


def satisfaction(
    publication: Publication,
    measure: str,
    by: str,
    *,
    period_type: str = "all",
    month: str = ALL,
    touchpoint: str = ALL,
    channel: str = ALL,
    region: str = ALL,
) -> pd.DataFrame:
    """A measure by touchpoint, region or month: counts are added, then divided."""
    condition, values = _where(touchpoint_code=touchpoint, channel_code=channel, region=region)
    if month != ALL:
        period_type = "month"
        condition += " and period_start_date = cast(? as date)"
        values = [*values, month]
    column = {"month": "strftime(period_start_date, '%Y-%m-%d')", "all": "'(all)'"}.get(by, by)
    sql = _measure(measure).replace("least_count", str(publication.min_sample))
    return publication.frame(
        f"""
        select {column} as code, {sql}
        from touchpoint_satisfaction
        where {condition} and period_type = '{period_type}'
        group by all
        having sum({MEASURES[measure][1]}) > 0
        order by code
        """,
        *values,
    )


def score_rows(
    publication: Publication, measure: str, month: str, touchpoint: str, channel: str, region: str
) -> Rows:
    """The answers behind a measure."""
    if measure == "sla":
        return sla_rows(publication, month, touchpoint, channel, region)
    condition, values = _where(touchpoint_code=touchpoint, channel_code=channel)
    if region != ALL:
        condition += " and coalesce(region, '(unknown)') = ?"
        values = [*values, region]
    during, given = _month("answered_date", month)
    kind = {"csat": "csat", "nps": "nps", "ces_easy": "ces", "review": "review"}[measure]
    # In NPS an answer counts 1, 0 or −1; elsewhere a satisfied one counts 1.
    counted = (
        "case nps_group when 'promoter' then 1 when 'detractor' then -1 else 0 end"
        if measure == "nps"
        else "cast(is_satisfied as integer)"
    )
    return publication.rows(
        f"""
        select score_id, user_id, answered_at, score_type, touchpoint_code, channel_code, region,
               cast(score as double) as score, {counted} as counted
        from fct_satisfaction_scores
        where score_type = '{kind}' and score_scaled is not null and {condition} and {during}
        """,
        "answered_at, score_id",
        *values,
        *given,
    )


def sla_rows(
    publication: Publication, month: str, touchpoint: str, channel: str, region: str
) -> Rows:
    """The counts behind the share that was answered in time, touchpoint by touchpoint and region by region."""
    condition, values = _where(touchpoint_code=touchpoint, channel_code=channel, region=region)
    if month == ALL:
        period = "period_type = 'all'"
    else:
        period = "period_type = 'month' and period_start_date = cast(? as date)"
        values = [*values, month]
    return publication.rows(
        f"""
        select touchpoint_code, channel_code, region, period_type, period_start_date, service_level_due_count,
               service_level_met_count as counted
        from touchpoint_satisfaction
        where {condition} and {period} and service_level_due_count > 0
        """,
        "touchpoint_code, region",
        *values,
    )


def drivers(publication: Publication, outcome: str) -> pd.DataFrame:
    """What goes with an outcome, the most important first."""
    return publication.frame(
        """
        select touchpoint_code, user_count, high_count, low_count, outcome_user_count, importance, low, high,
               explained_share, effect_high_minus_low, effect_high_minus_low_from, effect_high_minus_low_to,
               driver_rank, is_influential, is_suppressed
        from satisfaction_drivers
        where outcome_code = ?
        order by driver_rank nulls last, touchpoint_code
        """,
        outcome,
    )


def complaint_cells(
    publication: Publication, touchpoint: str, region: str, count: int = 15
) -> pd.DataFrame:
    """Where complaints gather, the highest lift first."""
    condition, values = _where(touchpoint_code=touchpoint, region=region)
    return publication.frame(
        f"""
        select touchpoint_code, region, complaint_count, complainant_count, order_count, share, lift, low, high,
               is_concentrated, is_suppressed
        from complaint_concentration
        where {condition} and complaint_count > 0
        order by is_concentrated desc, complaint_count desc, lift desc nulls last, touchpoint_code, region
        limit {count}
        """,
        *values,
    )


# ---- voice -----------------------------------------------------------------------------------------------------------


def terms(publication: Publication, touchpoint: str, month: str) -> pd.DataFrame:
    """Terms of texts: counts are added over touchpoints, scores weighed by the texts that have one."""
    condition, values = _where(touchpoint_code=touchpoint)
    if month == ALL:
        period = "period_type = 'all'"
    else:
        period = "period_type = 'month' and period_start_date = cast(? as date)"
        values = [*values, month]
    return publication.frame(
        f"""
        select term, cast(sum(text_count) as bigint) as text_count,
               cast(sum(rated_text_count) as bigint) as rated_text_count,
               sum(mean_score * rated_text_count) / nullif(sum(rated_text_count), 0) as mean_score,
               sum(sentiment * text_count) / sum(text_count) as sentiment
        from feedback_terms
        where {condition} and {period}
        group by term
        order by text_count desc, term
        """,
        *values,
    )


def term_rows(publication: Publication, touchpoint: str, month: str, term: str) -> Rows:
    """The touchpoints behind a term's count."""
    condition, values = _where(touchpoint_code=touchpoint)
    if month == ALL:
        period = "period_type = 'all'"
    else:
        period = "period_type = 'month' and period_start_date = cast(? as date)"
        values = [*values, month]
    return publication.rows(
        f"""
        select term, touchpoint_code, period_type, period_start_date, text_count, rated_text_count, mean_score,
               sentiment, low_text_count, high_text_count
        from feedback_terms
        where {condition} and {period} and term = ?
        """,
        "text_count desc, touchpoint_code",
        *values,
        term,
    )


def tones(publication: Publication, touchpoint: str, month: str) -> pd.DataFrame:
    """Texts by touchpoint and the label of their sentiment."""
    condition, values = _where(touchpoint_code=touchpoint)
    during, given = _month("answered_date", month)
    return publication.frame(
        f"""
        select touchpoint_code, coalesce(sentiment_label, 'unlabelled') as label, count(*) as texts
        from fct_feedback_texts
        where {condition} and {during}
        group by all
        order by touchpoint_code, label
        """,
        *values,
        *given,
    )


def text_rows(publication: Publication, touchpoint: str, month: str) -> Rows:
    """Texts with their sentiment, identifiers masked; the most negative first."""
    condition, values = _where(touchpoint_code=touchpoint)
    during, given = _month("answered_date", month)
    return publication.rows(
        f"""
        select masked_text, sentiment_label, sentiment, evidence_terms, touchpoint_code, region, answered_at, text_id
        from fct_feedback_texts
        where {condition} and {during}
        """,
        "sentiment nulls last, answered_at desc, text_id",
        *values,
        *given,
    )


# ---- service ---------------------------------------------------------------------------------------------------------


def _cases(publication: Publication, choice: dict[str, str]) -> tuple[str, list[Any]]:
    condition, values = _where(channel_code=choice["channel"], category_code=choice["category"])
    if choice["region"] != ALL:
        condition += " and coalesce(region, '(unknown)') = ?"
        values = [*values, choice["region"]]
    during, given = _month("opened_date", choice["period"])
    return f"{condition} and {during}", [*values, *given]


LOCAL_OPENING = "timezone(?, timezone('UTC', opened_at))"
ANSWER = """case when is_first_response_in_sla then 'in_time' when is_first_response_in_sla = false then 'late'
    else 'not_measured' end"""


def case_hours(publication: Publication, choice: dict[str, str]) -> pd.DataFrame:
    """Cases by weekday (1 = Monday) and hour of the business time zone."""
    condition, values = _cases(publication, choice)
    return publication.frame(
        f"""
        select isodow({LOCAL_OPENING}) as weekday, hour({LOCAL_OPENING}) as hour, count(*) as cases
        from fct_service_cases where {condition}
        group by all order by weekday, hour
        """,
        publication.timezone,
        publication.timezone,
        *values,
    )


def case_queues(publication: Publication, choice: dict[str, str]) -> pd.DataFrame:
    """Cases by queue and how their first answer kept the promise."""
    condition, values = _cases(publication, choice)
    return publication.frame(
        f"""
        select coalesce(assigned_queue, '(none)') as queue, count(*) as cases,
               count(*) filter (where {ANSWER} = 'in_time') as in_time,
               count(*) filter (where {ANSWER} = 'late') as late,
               count(*) filter (where {ANSWER} = 'not_measured') as not_measured,
               count(*) filter (where is_complaint) as complaints
        from fct_service_cases where {condition}
        group by all order by cases desc, queue
        """,
        *values,
    )


def case_rows(publication: Publication, choice: dict[str, str], **place: Any) -> Rows:
    """The cases of an hour and weekday, or of a queue."""
    condition, values = _cases(publication, choice)
    if "queue" in place:
        condition += " and coalesce(assigned_queue, '(none)') = ?"
        values = [*values, place["queue"]]
    else:
        condition += f" and isodow({LOCAL_OPENING}) = ? and hour({LOCAL_OPENING}) = ?"
        values = [
            *values,
            publication.timezone,
            place["weekday"],
            publication.timezone,
            place["hour"],
        ]
    return publication.rows(
        f"""
        select case_id, opened_at, channel_code, region, category_code, priority, assigned_queue, is_complaint,
               response_status, first_response_seconds, is_first_response_in_sla, is_resolved,
               cast(rating as double) as rating
        from fct_service_cases where {condition}
        """,
        "opened_at, case_id",
        *values,
    )


def response_bands(publication: Publication, touchpoint: str = ALL) -> pd.DataFrame:
    """Satisfaction by the time to the first answer."""
    return publication.frame(
        """
        select band_code, band_rank, case_count, rated_count, satisfied_count, csat, csat_low, csat_high, is_suppressed
        from response_satisfaction
        where touchpoint_code = ?
        order by band_rank nulls last
        """,
        touchpoint,
    )


def band_rows(publication: Publication, band: str) -> Rows:
    """The touchpoints behind a band of all touchpoints."""
    return publication.rows(
        """
        select touchpoint_code, band_code, case_count, rated_count, satisfied_count, csat, csat_low, csat_high
        from response_satisfaction
        where touchpoint_code <> '(all)' and band_code = ?
        """,
        "touchpoint_code",
        band,
    )


# ---- trust -----------------------------------------------------------------------------------------------------------

LEDGER = ["accepted", "duplicate", "quarantined", "out_of_scope", "erased", "expired"]


def ledger(publication: Publication) -> pd.DataFrame:
    """Records of each system by what became of them."""
    sums = ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in ["received", *LEDGER])
    return publication.frame(
        f"select source_system, {sums} from record_ledger group by source_system order by received desc, source_system"
    )


def ledger_rows(publication: Publication, system: str) -> Rows:
    """The ledger of a system by table and load day."""
    return publication.rows(
        "select * from record_ledger where source_system = ?",
        "source_table, load_day",
        system,
    )


def watermarks(publication: Publication) -> pd.DataFrame:
    """How far each landed table reaches, late ones first."""
    return publication.frame(
        """
        select source_system, source_table, newest_event_at, newest_load_at, expected_lag_hours, lag_hours, is_late
        from source_watermarks where has_landed
        order by is_late desc, lag_hours desc nulls last, source_system, source_table
        """
    )


def quarantine(publication: Publication) -> pd.DataFrame:
    """Quarantined records by reason."""
    return publication.frame(
        """
        select reason_code, count(*) as records, count(distinct source_system || '.' || source_table) as tables
        from quarantined_records group by reason_code order by records desc, reason_code
        """
    )


def quarantine_rows(publication: Publication, reason: str) -> Rows:
    """The quarantined records of a reason: which file and line, never what stood there."""
    return publication.rows(
        """
        select source_system, source_table, source_file, source_row, reason_code, detected_at, load_day
        from quarantined_records where reason_code = ?
        """,
        "source_system, source_table, source_file, source_row",
        reason,
    )


def whole(publication: Publication, relation: str, order: str = "all") -> pd.DataFrame:
    """A small relation as it is."""
    return publication.frame(f'select * from "{relation}" order by {order}')


def counts(publication: Publication, relation: str, column: str) -> pd.DataFrame:
    """How many rows of a relation have each value of a column, the most first."""
    return publication.frame(
        f"""
        select coalesce(cast("{column}" as varchar), '(unknown)') as code, count(*) as people
        from "{relation}" group by all order by people desc, code
        """
    )


def value_rows(publication: Publication, relation: str, column: str, value: str) -> Rows:
    """The rows of a relation with a value of a column."""
    return publication.rows(
        f"""select * from "{relation}" where coalesce(cast("{column}" as varchar), '(unknown)') = ?""",
        "all",
        value,
    )


def reason_rows(publication: Publication, reason: str) -> Rows:
    """The persons who meet a reason, with the risks that it speaks for."""
    return publication.rows(
        """
        select
            user_id, reason_code, string_agg(risk_code, ', ' order by risk_code) as risk_code,
            max(measure) as measure
        from user_risk_reasons where reason_code = ?
        group by user_id, reason_code
        """,
        "user_id",
        reason,
    )


def complaint_rows(publication: Publication, touchpoint: str, region: str) -> Rows:
    """The complaints about a touchpoint in a region."""
    return publication.rows(
        """
        select case_id, opened_at, channel_code, about_touchpoint_code, region, category_code, priority, assigned_queue,
               is_resolved
        from fct_service_cases
        where is_complaint and about_touchpoint_code = ? and coalesce(region, '(unknown)') = ?
        """,
        "opened_at, case_id",
        touchpoint,
        region,
    )


def scorecard(publication: Publication, month: str) -> pd.DataFrame:
    """The scorecard of a month, or of all time; by priority where it has one."""
    order = (
        "priority_rank nulls last, touchpoint_code"
        if "priority_rank" in publication.columns("touchpoint_scorecard")
        else "touchpoint_code"
    )
    period, given = _period(month)
    return publication.frame(
        f"select * from touchpoint_scorecard where {period} order by {order}", *given
    )


def _period(month: str) -> tuple[str, list[Any]]:
    """A condition on the period of a relation that has months and all time."""
    if month == ALL:
        return "period_type = 'all'", []
    return "period_type = 'month' and period_start_date = cast(? as date)", [month]


def priorities(publication: Publication, goal: str, month: str, count: int = 15) -> pd.DataFrame:
    """Touchpoints by what speaks for mending them first, by a business goal."""
    period, given = _period(month)
    return publication.frame(
        f"""
        select touchpoint_code, priority_score, priority_rank, leading_figure_code, figure_count
        from touchpoint_priorities
        where business_goal_code = ? and {period} and priority_score is not null
        order by priority_rank
        limit {count}
        """,
        goal,
        *given,
    )


def scorecard_rows(publication: Publication, touchpoint: str) -> Rows:
    """The periods of a touchpoint."""
    return publication.rows(
        "select * from touchpoint_scorecard where touchpoint_code = ?",
        "period_type, period_start_date",
        touchpoint,
    )


# The four questions of the overview; one that nobody can answer has no row in home_answers.
HOME_QUESTIONS = ("origin", "conversion", "best", "loss")


def home_answers(publication: Publication, month: str) -> pd.DataFrame:
    """The answers to the four questions of the overview in a month; none where the mart is not published."""
    if not publication.has("home_answers"):
        return pd.DataFrame()
    return publication.frame(
        """
        select *
        from home_answers
        where (period_type = 'month' and period_start_date = cast(? as date)) or period_type = 'all'
        -- What a month is too short for is answered for all time.
        qualify row_number() over (
            partition by question_code order by figure is null, period_type = 'all'
        ) = 1
        """,
        month,
    )


def people(publication: Publication, column: str, region: str, tier: str) -> pd.DataFrame:
    """People by a column of their profile, the most first."""
    condition, values = _where(region=region, customer_tier=tier)
    return publication.frame(
        f"""
        select coalesce(cast({column} as varchar), '(unknown)') as code, count(*) as people
        from user_profiles where {condition}
        group by all order by people desc, code
        """,
        *values,
    )


def profile_rows(publication: Publication, region: str, tier: str, **place: Any) -> Rows:
    """The profiles with given values."""
    condition, values = _where(region=region, customer_tier=tier)
    for column, value in place.items():
        condition += f" and coalesce(cast({column} as varchar), '(unknown)') = ?"
        values = [*values, str(value)]
    return publication.rows(f"select * from user_profiles where {condition}", "user_id", *values)


def rfm(publication: Publication, region: str, tier: str) -> pd.DataFrame:
    """Buyers by fifth of recency and frequency."""
    condition, values = _where(region=region, customer_tier=tier)
    return publication.frame(
        f"""
        select recency_score, frequency_score, count(*) as people
        from user_profiles where {condition} and recency_score is not null and frequency_score is not null
        group by all order by recency_score, frequency_score
        """,
        *values,
    )


def retention(publication: Publication, channel: str) -> pd.DataFrame:
    """Retention of cohorts by age."""
    return publication.frame(
        """
        select strftime(cohort_month_date, '%Y-%m') as month, age_days, cohort_size, retained, retention_rate,
               retention_rate_low, retention_rate_high, is_suppressed
        from retention_cohorts where channel_code = ?
        order by cohort_month_date desc, age_days
        """,
        channel,
    )


def repurchase(publication: Publication, window: str) -> pd.DataFrame:
    """Repurchase of cohorts within a window."""
    return publication.frame(
        """
        select strftime(cohort_month_date, '%Y-%m') as month, window_days, buyers, repurchasers, repurchase_rate,
               repurchase_rate_low, repurchase_rate_high, is_mature, is_suppressed
        from repurchase_cohorts where window_days = cast(? as integer)
        order by cohort_month_date
        """,
        window,
    )


def named_counts(publication: Publication, relation: str, code: str, names: str) -> pd.DataFrame:
    """Persons in a relation by a code and its name, each of them once; the most first."""
    return publication.frame(
        f"""
        select {code} as code, any_value({names}) as name, count(distinct user_id) as people
        from {relation} group by {code} order by people desc, code
        """
    )


def effects(publication: Publication, metric: str) -> pd.DataFrame:
    """Effects of actions, those that can be told first."""
    condition, values = _where(metric_code=metric)
    return publication.frame(
        f"""
        select * from action_effects where {condition}
        order by effect_relative is null, start_date desc, action_id, metric_code
        """,
        *values,
    )


def effect_rows(publication: Publication, action: str, metric: str) -> Rows:
    """The four means behind an effect, with what they are made of."""
    return publication.rows(
        """
        select arm, mean, numerator, denominator, persons
        from (
            select 'treated, before' as arm, before as mean, before_numerator as numerator,
                   before_denominator as denominator, before_user_count as persons, 1 as place
            from action_effects where action_id = ? and metric_code = ?
            union all
            select 'treated, after', after, after_numerator, after_denominator, after_user_count, 2
            from action_effects where action_id = ? and metric_code = ?
            union all
            select 'control, before', control_before, control_before_numerator, control_before_denominator,
                   control_before_user_count, 3
            from action_effects where action_id = ? and metric_code = ?
            union all
            select 'control, after', control_after, control_after_numerator, control_after_denominator,
                   control_after_user_count, 4
            from action_effects where action_id = ? and metric_code = ?
        )
        """,
        "place",
        *([action, metric] * 4),
    )


def alerts(publication: Publication, chinese: bool) -> pd.DataFrame:
    """Alerts, open ones first, the newest first."""
    suffix = "_zh" if chinese else ""
    wanted = [
        "severity",
        "status",
        "detected_at",
        f"subject_name{suffix}",
        f"explanation{suffix}",
        "region",
        "observed",
        "expected",
        "low",
        "high",
    ]
    present = [name for name in wanted if name in publication.columns("alerts")]
    return publication.frame(
        f"select {', '.join(present)} from alerts order by status = 'closed', detected_at desc, alert_id limit 50"
    )


def changes(publication: Publication, month: str) -> pd.DataFrame:
    """Each rate's change on the month before: mix and rate in sum, and the category that moved it most."""
    return publication.frame(
        """
        with ranked as (
            select *, mix_effect + rate_effect as effect,
                   row_number() over (
                       partition by metric_code, dimension order by abs(mix_effect + rate_effect) desc, category
                   ) as place
            from mix_and_rate_changes
            where period_start_date = cast(? as date) and mix_effect is not null
        )
        select metric_code as metric, dimension, any_value(total_change) as total_change, sum(mix_effect) as mix,
               sum(rate_effect) as rate_effect, max(category) filter (where place = 1) as category,
               max(effect) filter (where place = 1) as effect, dimension as kind
        from ranked
        group by metric_code, dimension
        order by metric_code, dimension
        """,
        month,
    )


def next_steps(publication: Publication, count: int = 5) -> pd.DataFrame:
    """The steps of all funnels where most could be won back, by value where there is one."""
    return publication.frame(
        f"""
        select funnel_code, step_name, conversion_from_previous, benchmark_rate, recoverable_conversions,
               cast(recoverable_value as double) as recoverable_value
        from funnel_bottlenecks
        where breakdown = 'all' and recoverable_conversions > 0
        order by recoverable_value desc nulls last, recoverable_conversions desc, funnel_code, step_number
        limit {count}
        """
    )


# ---- refreshes and files ---------------------------------------------------------------------------------------------


def open_alerts(publication: Publication) -> int:
    """Alerts that are not closed."""
    return int(
        publication.frame("select count(*) as alerts from alerts where status <> 'closed'")[
            "alerts"
        ][0]
    )


def audits(publication: Publication) -> pd.DataFrame:
    """Of each table and reason the newest load, and former loads beyond a limit; the worst first."""
    return publication.frame(
        """
        select source_system, source_table, status, load_day, reason_code, received_count, rejected_count,
            rejected_share, warn_share, stop_share, is_newest
        from load_audits where is_newest or status in ('warn', 'stop')
        order by
            case status when 'stop' then 0 when 'warn' then 1 else 2 end, is_newest desc, rejected_share desc,
            source_system, source_table, reason_code, load_day
        limit 200
        """
    )


def audit_counts(publication: Publication) -> tuple[int, int]:
    """Newest loads beyond a limit that warns, and beyond one that stops."""
    found = publication.frame(
        """
        select count(*) filter (status = 'warn') as warned, count(*) filter (status = 'stop') as stopped
        from load_audits where is_newest
        """
    )
    return int(found["warned"][0]), int(found["stopped"][0])


def volumes(publication: Publication) -> pd.DataFrame:
    """The newest load of each table beside its usual volume, unusual ones first."""
    return publication.frame(
        """
        select source_system, source_table, status, load_day, received_count, former_median, volume_ratio,
            former_load_count
        from load_volumes
        order by status not in ('low', 'high'), status = 'few', source_system, source_table
        """
    )


def files(publication: Publication) -> pd.DataFrame:
    """What became of the records of each landed file, those with most rejected ones first."""
    return publication.frame(
        """
        select source_file, source_system, source_table, received_count, accepted_count, duplicate_count,
            quarantined_count, out_of_scope_count, erased_count, expired_count
        from file_ledger order by quarantined_count desc, received_count desc, source_file
        """
    )


def file_rows(publication: Publication, file: str) -> Rows:
    """The rejected records of a file, by line."""
    return publication.rows(
        """
        select source_file, source_row, reason_code, record_id, detected_at, load_day, source_system, source_table
        from quarantined_records where source_file = ?
        """,
        "source_row, reason_code",
        file,
    )


# ---- any relation ----------------------------------------------------------------------------------------------------

MOST_ROWS, MOST_CODES = 500, 100


def kinds(publication: Publication, relation: str) -> dict[str, str]:
    """The columns of a relation with their types."""
    found = publication.frame(f'describe select * from "{relation}"')
    return dict(zip(found["column_name"], found["column_type"], strict=True))


def codes(publication: Publication, relation: str, column: str) -> list[str]:
    """The most frequent values of a column, as text."""
    return _by_value(publication, relation, column, {})["code"].tolist()


def _chosen(conditions: dict[str, str]) -> tuple[str, list[str]]:
    told = [f"coalesce(cast(\"{column}\" as varchar), '(unknown)') = ?" for column in conditions]
    return " and ".join(["true", *told]), list(conditions.values())


def rows_of(publication: Publication, relation: str, conditions: dict[str, str]) -> Rows:
    """The rows of a relation that fit what was chosen, by its key."""
    where, values = _chosen(conditions)
    order = ", ".join(f'"{name}"' for name in publication.key(relation)) or "all"
    return publication.rows(f'select * from "{relation}" where {where}', order, *values)


def row_count(publication: Publication, relation: str, conditions: dict[str, str]) -> int:
    """How many rows of a relation fit what was chosen."""
    where, values = _chosen(conditions)
    return int(
        publication.frame(f'select count(*) as rows from "{relation}" where {where}', *values)[
            "rows"
        ][0]
    )


def row_counts(
    publication: Publication, relation: str, column: str, conditions: dict[str, str]
) -> pd.DataFrame:
    """How many rows have each of the most frequent values of a column."""
    return _by_value(publication, relation, column, conditions).head(20)


def _by_value(
    publication: Publication, relation: str, column: str, conditions: dict[str, str]
) -> pd.DataFrame:
    """Rows by the value of a column: values are counted, then written as text."""
    where, values = _chosen(conditions)
    return publication.frame(
        f"""
        select coalesce(cast(value as varchar), '(unknown)') as code, cast(sum(rows) as bigint) as rows
        from (select "{column}" as value, count(*) as rows from "{relation}" where {where} group by all)
        group by code order by rows desc, code limit {MOST_CODES}
        """,
        *values,
    )


def column_facts(
    publication: Publication, relation: str, conditions: dict[str, str]
) -> pd.DataFrame:
    """Of each column: how many rows have a value, and of numbers and times the least and the greatest.

    The file itself says how many values a column lacks. Only columns that lack some are counted, and where nothing
    was chosen none: ids are long, and to read them all takes longer than everything else here.
    """
    where, values = _chosen(conditions)
    types = kinds(publication, relation)
    absent = publication.absent(relation)
    told = ["count(*) as rows"]
    for at, (name, kind) in enumerate(types.items()):
        # of lists that are absent or empty somewhere the file does not say how many
        if name not in absent or (conditions and absent[name]):
            told.append(f'count("{name}") as filled_{at}')
        if is_measured(kind):
            told.append(
                f'cast(min("{name}") as varchar) as least_{at}, cast(max("{name}") as varchar) as greatest_{at}'
            )
    row = publication.frame(f'select {", ".join(told)} from "{relation}" where {where}', *values)
    rows = int(row["rows"][0])
    return pd.DataFrame(
        [
            {
                "column": name,
                "meaning": publication.definition(relation, name),
                "type": kind.lower(),
                "filled": int(row[f"filled_{at}"][0])
                if f"filled_{at}" in row
                else rows - absent[name],
                "least": row.get(f"least_{at}", [""])[0] or "",
                "greatest": row.get(f"greatest_{at}", [""])[0] or "",
            }
            for at, (name, kind) in enumerate(types.items())
        ]
    )


def is_measured(kind: str) -> bool:
    """Whether a type is a number, date or time."""
    return kind.startswith(("DECIMAL", "TIMESTAMP")) or kind in (
        *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DATE"),
        *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
    )
