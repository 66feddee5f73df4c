with journeys as (
    select * from {{ ref('int_journeys_ended') }}
),

paths as (
    select * from {{ ref('int_journey_paths') }}
),

person_groups as (
    select * from {{ ref('int_person_groups') }}
),

keyed as (
    select
        journeys.goal_code,
        cast(date_trunc('month', {{ business_date('journeys.ended_at') }}) as date)
            as month_date,
        person_groups.person_group,
        {%- for level in journey_levels() %}
        paths.{{ level }}_path_key,
        {%- endfor %}
        journeys.value,
        journeys.conversion_key,
        case when journeys.journey_status = 'open' then 1 else 0 end as is_open
    from journeys
    inner join paths on journeys.stretch_key = paths.stretch_key
    inner join person_groups on journeys.user_key = person_groups.user_key
)

{%- for level in journey_levels() %}
{%- for by_month in [true, false] %}
select
    goal_code,
    '{{ level }}' as level,
    {{ level }}_path_key as path_key,
    {{ 'month_date' if by_month else 'cast(null as date)' }} as month_date,
    {{ 'cast(null as integer)' if by_month else 'person_group' }} as person_group,
    count(*) as journey_count,
    count(conversion_key) as converted_count,
    cast(sum(is_open) as bigint) as open_count,
    cast(coalesce(sum(value), 0) as decimal(18, 2)) as value
from keyed
group by
    goal_code,
    {{ level }}_path_key,
    {{ 'month_date' if by_month else 'person_group' }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
