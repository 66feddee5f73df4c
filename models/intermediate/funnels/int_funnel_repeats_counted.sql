{#- The numerator of a rate are the entries that reached a step; its denominator those that reached the required step
    before, or all. -#}
{%- set denominators = ['previous', 'entered'] -%}
{%- set last_step = var('max_funnel_steps') -%}
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

names as (
    select * from {{ ref('int_funnel_cell_names') }}
),

passed as (
    select
        names.funnel_code,
        names.attribution,
        names.breakdown,
        names.breakdown_value,
        steps.step_number,
        persons.person_count,
        persons.entered_count,
        case steps.step_number
            {%- for number in range(1, last_step + 1) %}
            when {{ number }} then persons.reached_{{ number }}
            {%- endfor %}
        end as reached_count,
        case steps.previous_step_number
            {%- for number in range(1, last_step + 1) %}
            when {{ number }} then persons.reached_{{ number }}
            {%- endfor %}
            else 0
        end as previous_count
    from {{ ref('int_funnel_persons_counted') }} as persons
    inner join names on persons.cell_hash = names.cell_hash
    inner join steps on names.funnel_code = steps.funnel_code
),

summed as (
    select
        funnel_code,
        attribution,
        breakdown,
        breakdown_value,
        step_number,
        {%- for denominator in denominators %}
        cast(sum(
            case when {{ denominator }}_count > 0 then person_count else 0 end
        ) as bigint) as {{ denominator }}_user_count,
        sum(person_count * {{ denominator }}_count) as {{ denominator }}_sum,
        sum(person_count * reached_count * {{ denominator }}_count)
            as {{ denominator }}_products,
        sum(person_count * {{ denominator }}_count * {{ denominator }}_count)
            as {{ denominator }}_squares,
        {%- endfor %}
        cast(sum(case when reached_count > 0 then person_count else 0 end) as bigint)
            as user_count,
        sum(person_count * reached_count) as reached_sum,
        sum(person_count * reached_count * reached_count) as reached_squares
    from passed
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
