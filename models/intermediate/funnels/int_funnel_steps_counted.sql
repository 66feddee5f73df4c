{%- set breakdowns = funnel_breakdowns() -%}
with entries as (
    select * from {{ ref('int_funnel_entries_described') }}
),

steps as (
    select * from {{ ref('int_funnel_entry_steps') }}
),

breakdowns as (
    {{ breakdown_rows(breakdowns) }}
),

-- entries that are alike in everything are counted once for all breakdowns
alike as (
    select
        steps.funnel_code,
        steps.step_number,
        {%- for breakdown, at_entry, at_conversion in breakdowns %}
        entries.{{ at_entry }},
        {%- if at_conversion != at_entry %}
        entries.{{ at_conversion }},
        {%- endif %}
        {%- endfor %}
        count(*) as entry_count
    from steps
    inner join entries
        on
            steps.funnel_code = entries.funnel_code
            and steps.entry_key = entries.entry_key
    group by
        {%- for breakdown, at_entry, at_conversion in breakdowns %}
        entries.{{ at_entry }},
        {%- if at_conversion != at_entry %}
        entries.{{ at_conversion }},
        {%- endif %}
        {%- endfor %}
        steps.funnel_code,
        steps.step_number
),

alike_broken_down as (
    select
        alike.funnel_code,
        alike.step_number,
        alike.entry_count,
        breakdowns.attribution,
        breakdowns.breakdown,
        {{ breakdown_value(breakdowns, 'alike', 'breakdowns') }} as breakdown_value
    from alike
    cross join breakdowns
),

counts as (
    select
        funnel_code,
        attribution,
        breakdown,
        breakdown_value,
        step_number,
        cast(sum(entry_count) as bigint) as entry_count
    from alike_broken_down
    group by funnel_code, attribution, breakdown, breakdown_value, step_number
),

waits as (
    select
        steps.funnel_code,
        steps.step_number,
        {{ seconds_between('steps.previous_reached_at', 'steps.reached_at') }}
            as seconds_from_previous,
        {{ seconds_between('entries.entered_at', 'steps.reached_at') }}
            as seconds_from_start,
        breakdowns.attribution,
        breakdowns.breakdown,
        {{ breakdown_value(breakdowns, 'entries', 'breakdowns') }} as breakdown_value
    from steps
    inner join entries
        on
            steps.funnel_code = entries.funnel_code
            and steps.entry_key = entries.entry_key
    cross join breakdowns
    where steps.step_number > 1
),

waits_measured as (
    select
        funnel_code,
        attribution,
        breakdown,
        breakdown_value,
        step_number,
        {{ quantile('seconds_from_previous', 0.5) }} as median_seconds_from_previous,
        {{ quantile('seconds_from_previous', 0.9) }} as p90_seconds_from_previous,
        {{ quantile('seconds_from_start', 0.5) }} as median_seconds_from_start,
        {{ quantile('seconds_from_start', 0.9) }} as p90_seconds_from_start
    from waits
    group by funnel_code, attribution, breakdown, breakdown_value, step_number
)

select
    counts.*,
    waits_measured.median_seconds_from_previous,
    waits_measured.p90_seconds_from_previous,
    waits_measured.median_seconds_from_start,
    waits_measured.p90_seconds_from_start
from counts
left join waits_measured
    on
        counts.funnel_code = waits_measured.funnel_code
        and counts.attribution = waits_measured.attribution
        and counts.breakdown = waits_measured.breakdown
        and counts.breakdown_value = waits_measured.breakdown_value
        and counts.step_number = waits_measured.step_number
