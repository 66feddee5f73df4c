{%- set cell = ['funnel_code', 'attribution', 'breakdown', 'breakdown_value'] -%}
with rules as (
    select distinct
        funnel_code,
        step_number,
        step_name,
        step_kind,
        step_order,
        is_repeated,
        target_rate
    from {{ ref('int_funnel_step_rules') }}
    where step_kind <> 'exclusion'
),

steps as (
    select
        funnel_code,
        step_number,
        -- in any order a step is how many of them were reached
        case
            when step_order = 'any' and step_number > 1
                then
                    'Any ' || cast(step_number as {{ text_type() }}) || ' of '
                    || cast(
                        count(*) over (partition by funnel_code) as {{ text_type() }}
                    )
            else step_name
        end as step_name,
        step_kind = 'optional' as is_optional,
        is_repeated,
        target_rate
    from rules
),

counted as (
    select * from {{ ref('int_funnel_steps_counted') }}
),

breakdowns as (
    select
        {{ cell | join(',\n        ') }},
        entry_count as entered_count
    from counted
    where step_number = 1
),

-- a step that nobody reaches is a row of its own: that is where they are lost
complete as (
    select
        breakdowns.*,
        steps.step_number,
        steps.step_name,
        steps.is_optional,
        steps.is_repeated,
        steps.target_rate,
        coalesce(counted.entry_count, 0) as entry_count,
        counted.median_seconds_from_previous,
        counted.p90_seconds_from_previous,
        counted.median_seconds_from_start,
        counted.p90_seconds_from_start
    from breakdowns
    inner join steps on breakdowns.funnel_code = steps.funnel_code
    left join counted
        on
            {%- for column in cell %}
            breakdowns.{{ column }} = counted.{{ column }} and
            {%- endfor %}
            steps.step_number = counted.step_number
)

-- the step before is the nearest one that everybody must pass
select
    *,
    {{ carry_forward(
        'case when not is_optional then entry_count end', 'earlier'
    ) }} as previous_entry_count
from complete
window earlier as (
    partition by {{ cell | join(', ') }}
    order by step_number
    rows between unbounded preceding and 1 preceding
)
