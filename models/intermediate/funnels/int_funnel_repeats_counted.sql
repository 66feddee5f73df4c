{%- set breakdowns = funnel_breakdowns() -%}
{#- The numerator of a rate are the entries that reached a step; its denominator those that reached the required step
    before, or all. -#}
{%- set denominators = ['previous', 'entered'] -%}
with rules as (
    select distinct
        funnel_code,
        step_number,
        step_kind
    from {{ ref('int_funnel_step_rules') }}
    where step_kind <> 'exclusion' and is_repeated
),

steps as (
    select
        funnel_code,
        step_number,
        max(case when step_kind = 'required' then step_number end) over (
            partition by funnel_code
            order by step_number
            rows between unbounded preceding and 1 preceding
        ) as previous_step_number
    from rules
),

breakdowns as (
    {{ breakdown_rows(breakdowns) }}
),

entries as (
    select
        entries.*,
        steps.step_number,
        case when reached.entry_key is null then 0 else 1 end as is_reached,
        case when entries.reached_step >= steps.previous_step_number then 1 else 0 end
            as is_previous_reached
    from {{ ref('int_funnel_entries_described') }} as entries
    inner join steps on entries.funnel_code = steps.funnel_code
    left join {{ ref('int_funnel_entry_steps') }} as reached
        on
            entries.funnel_code = reached.funnel_code
            and entries.entry_key = reached.entry_key
            and steps.step_number = reached.step_number
),

broken_down as (
    select
        entries.funnel_code,
        entries.user_key,
        entries.step_number,
        entries.is_reached,
        entries.is_previous_reached,
        breakdowns.attribution,
        breakdowns.breakdown,
        {{ breakdown_value(breakdowns, 'entries', 'breakdowns') }} as breakdown_value
    from entries
    cross join breakdowns
),

persons as (
    select
        funnel_code,
        attribution,
        breakdown,
        breakdown_value,
        step_number,
        user_key,
        sum(is_reached) as reached_count,
        sum(is_previous_reached) as previous_count,
        count(*) as entered_count
    from broken_down
    group by
        funnel_code, attribution, breakdown, breakdown_value, step_number, user_key
),

summed as (
    select
        funnel_code,
        attribution,
        breakdown,
        breakdown_value,
        step_number,
        {%- for denominator in denominators %}
        count(case when {{ denominator }}_count > 0 then 1 end)
            as {{ denominator }}_user_count,
        cast(sum({{ denominator }}_count) as {{ double_type() }})
            as {{ denominator }}_sum,
        cast(sum(reached_count * {{ denominator }}_count) as {{ double_type() }})
            as {{ denominator }}_products,
        cast(
            sum({{ denominator }}_count * {{ denominator }}_count)
            as {{ double_type() }}
        ) as {{ denominator }}_squares,
        {%- endfor %}
        count(case when reached_count > 0 then 1 end) as user_count,
        cast(sum(reached_count) as {{ double_type() }}) as reached_sum,
        cast(sum(reached_count * reached_count) as {{ double_type() }})
            as reached_squares
    from persons
    group by funnel_code, attribution, breakdown, breakdown_value, step_number
),

-- sum over persons of (reached − rate × denominator)², times the denominator's square
deviated as (
    select
        {%- for denominator in denominators %}
        reached_squares * {{ denominator }}_sum * {{ denominator }}_sum
        - 2 * reached_sum * {{ denominator }}_sum * {{ denominator }}_products
        + reached_sum * reached_sum * {{ denominator }}_squares
            as {{ denominator }}_deviation,
        {%- endfor %}
        *
    from summed
)

select
    {%- for denominator in denominators %}
    -- the independent entries that would be as certain: the rate's binomial variance over that of the jackknife
    case
        when {{ denominator }}_sum = 0 then null
        -- without any variance the persons are what is certain
        when reached_sum = 0 or reached_sum = {{ denominator }}_sum
            then cast({{ denominator }}_user_count as {{ double_type() }})
        when {{ denominator }}_user_count = 1 then 1
        when {{ denominator }}_deviation <= 0 then {{ denominator }}_sum
        else
            greatest(1, least(
                {{ denominator }}_sum,
                reached_sum * ({{ denominator }}_sum - reached_sum)
                * {{ denominator }}_sum * {{ denominator }}_sum
                / {{ denominator }}_deviation
                * ({{ denominator }}_user_count - 1) / {{ denominator }}_user_count
            ))
    end as {{ denominator }}_effective_count,
    {%- endfor %}
    funnel_code,
    attribution,
    breakdown,
    breakdown_value,
    step_number,
    user_count,
    previous_user_count,
    entered_user_count
from deviated
