{%- set periods = ['week', 'month', 'all'] %}
-- a person counts in a period on the first day that says so. A period that has not matured as a whole has no share: of all
-- time the days that have matured count
with outcomes as (
    select
        touchpoint_code,
        occurred_date,
        cast(date_trunc('week', occurred_date) as date) as week_start_date,
        cast(date_trunc('month', occurred_date) as date) as month_start_date,
        -- before all days
        cast('0001-01-01' as date) as all_start_date,
        previous_date,
        is_converted,
        previous_converted_date,
        is_interested,
        previous_interested_date
    from {{ ref('int_touchpoint_outcomes') }}
),

by_date as (
    select
        touchpoint_code,
        occurred_date,
        {%- for period in periods %}
        count(
            case when coalesce(previous_date < {{ period }}_start_date, true) then 1 end
        ) as {{ period }}_count,
        count(
            case
                when
                    is_converted
                    and coalesce(
                        previous_converted_date < {{ period }}_start_date, true
                    )
                    then 1
            end
        ) as {{ period }}_converted_count,
        count(
            case
                when
                    is_interested
                    and coalesce(
                        previous_interested_date < {{ period }}_start_date, true
                    )
                    then 1
            end
        ) as {{ period }}_interested_count,
        {%- endfor %}
        week_start_date,
        month_start_date
    from outcomes
    group by touchpoint_code, occurred_date, week_start_date, month_start_date
),

by_period as (
    {%- for period in periods %}
    select
        touchpoint_code,
        '{{ period }}' as period_type,
        {% if period == 'all' -%}
        cast(null as date)
        {%- else -%}
        {{ period }}_start_date
        {%- endif %} as period_start_date,
        occurred_date,
        {{ period }}_count as person_count,
        {{ period }}_converted_count as converted_count,
        {{ period }}_interested_count as interested_count
    from by_date
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

goals as (
    select * from {{ ref('goals') }}
    where goal_code = '{{ var("scorecard_goal") }}' and {{ of_this_industry() }}
),

as_of as (
    select {{ business_date('as_of') }} as as_of_date
    from {{ ref('int_as_of') }}
),

-- the window of the day's last touch has passed
matured as (
    select
        by_period.*,
        by_period.occurred_date + (goals.lookback_days + 1) * interval '1' day
        <= as_of.as_of_date as is_mature
    from by_period
    cross join goals
    cross join as_of
)

select
    touchpoint_code,
    period_type,
    period_start_date,
    cast(sum(person_count) as bigint) as person_count,
    cast(sum(case when is_mature then person_count else 0 end) as bigint)
        as matured_person_count,
    cast(sum(case when is_mature then converted_count else 0 end) as bigint)
        as converted_person_count,
    cast(sum(case when is_mature then interested_count else 0 end) as bigint)
        as interested_person_count
from matured
group by touchpoint_code, period_type, period_start_date
