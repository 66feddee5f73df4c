with journeys as (
    select * from {{ ref('int_journeys_ended') }}
    where journey_status <> 'open'
),

converting as (
    select distinct stretch_key
    from journeys
    where conversion_key is not null
),

-- a code stands as its hash, and the sum of these for the set
{%- for level in journey_levels() %}
{{ level }}_codes as (
    select distinct
        stretch_key,
        {{ row_hash([level ~ '_code']) }} as code_hash
    from {{ ref('int_journey_steps') }}
    where
        is_{{ level }}_step
        {%- if level not in var('few_code_levels') %}
        -- only shapley_set is worked out here, to which the others are nothing
        and stretch_key in (select converting.stretch_key from converting)
        {%- endif %}
),
{% endfor %}
stretch_sets as (
    {%- for level in journey_levels() %}
    select
        stretch_key,
        '{{ level }}' as level,
        count(*) as code_count,
        sum(cast(code_hash as decimal(38, 0))) as code_sum
    from {{ level }}_codes
    group by stretch_key
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

keyed as (
    select
        *,
        {{ row_hash(['level', 'code_count', 'code_sum']) }} as set_key
    from stretch_sets
),

journey_sets as (
    select
        journeys.goal_code,
        keyed.level,
        keyed.set_key,
        journeys.stretch_key,
        journeys.month_date,
        journeys.person_group,
        journeys.conversion_key,
        journeys.value
    from journeys
    inner join keyed on journeys.stretch_key = keyed.stretch_key
)

select
    goal_code,
    level,
    set_key,
    month_date,
    cast(null as integer) as person_group,
    min(case when conversion_key is not null then stretch_key end)
        as example_stretch_key,
    count(*) as journey_count,
    count(conversion_key) as converted_count,
    cast(coalesce(sum(value), 0) as decimal(18, 2)) as value
from journey_sets
group by goal_code, level, set_key, month_date
union all
select
    goal_code,
    level,
    set_key,
    cast(null as date) as month_date,
    person_group,
    min(case when conversion_key is not null then stretch_key end)
        as example_stretch_key,
    count(*) as journey_count,
    count(conversion_key) as converted_count,
    cast(coalesce(sum(value), 0) as decimal(18, 2)) as value
from journey_sets
group by goal_code, level, set_key, person_group
