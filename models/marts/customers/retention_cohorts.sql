{%- set day = "interval '1' day" -%}
with people as (
    select * from {{ ref('int_cohort_members') }}
),

ages as (
    {%- for age in var('retention_ages') %}
    select {{ age }} as age_days
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

dates as (
    select * from {{ ref('int_profile_dates') }}
),

cohorts as (
    select
        people.channel_code,
        people.cohort_month_date,
        count(*) as cohort_size
    from people
    group by people.channel_code, people.cohort_month_date
),

-- an age is counted once the last who could come into the cohort has reached it
mature as (
    select
        cohorts.*,
        ages.age_days
    from cohorts
    cross join ages
    cross join dates
    where
        cast(cohorts.cohort_month_date + interval '1' month as date)
        + ages.age_days * {{ day }}
        <= dates.as_of_date + {{ day }}
),

exact as (
    select
        people.channel_code,
        people.cohort_month_date,
        ages.age_days,
        count(*) as retained
    from people
    inner join {{ ref('int_person_days') }} as active_days
        on people.user_key = active_days.user_key
    inner join ages
        on
            {{ days_between('people.first_active_date', 'active_days.active_date') }}
            = ages.age_days
    group by people.channel_code, people.cohort_month_date, ages.age_days
),

last_ages as (
    select
        channel_code,
        cohort_month_date,
        {{ days_between('first_active_date', 'last_active_date') }} as last_age,
        count(*) as person_count
    from people
    group by
        channel_code,
        cohort_month_date,
        {{ days_between('first_active_date', 'last_active_date') }}
),

rolling as (
    select
        last_ages.channel_code,
        last_ages.cohort_month_date,
        ages.age_days,
        cast(sum(last_ages.person_count) as bigint) as retained
    from last_ages
    inner join ages on last_ages.last_age >= ages.age_days
    group by last_ages.channel_code, last_ages.cohort_month_date, ages.age_days
),

counted as (
    select
        mature.*,
        coalesce(exact.retained, 0) as retained,
        coalesce(rolling.retained, 0) as rolling_retained
    from mature
    left join exact
        on
            mature.channel_code = exact.channel_code
            and mature.cohort_month_date = exact.cohort_month_date
            and mature.age_days = exact.age_days
    left join rolling
        on
            mature.channel_code = rolling.channel_code
            and mature.cohort_month_date = rolling.cohort_month_date
            and mature.age_days = rolling.age_days
)

select
    channel_code,
    cohort_month_date,
    age_days,
    cohort_size,
    retained,
    {{ published_share('retention_rate', 'retained', 'cohort_size') }},
    rolling_retained,
    {{ published_share('rolling_retention_rate', 'rolling_retained', 'cohort_size') }},
    {{ is_suppressed('cohort_size') }} as is_suppressed
from counted
