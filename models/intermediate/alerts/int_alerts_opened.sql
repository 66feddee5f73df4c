{%- set as_double = 'cast({} as ' ~ double_type() ~ ')' -%}
{%- set no_text = 'cast(null as ' ~ text_type() ~ ')' -%}
{%- set days_on = "cast({} + {} * interval '1' day as date)" -%}
{%- set hold = var('alert_hold_days') -%}
-- tested episodes, batches and late sources on one footing
with rules as (
    select * from {{ ref('int_alert_rules') }}
),

days as (
    select * from {{ ref('int_alert_days') }}
),

as_of as (
    select
        as_of,
        {{ business_date('as_of') }} as as_of_date
    from {{ ref('int_as_of') }}
),

subjects as (
    select * from {{ ref('int_alert_subjects') }}
),

episodes as (
    select
        episodes.*,
        first_days.calendar_date as first_date,
        last_days.calendar_date as last_date
    from {{ ref('int_alert_episodes') }} as episodes
    inner join days as first_days
        on episodes.first_day_number = first_days.day_number
    inner join days as last_days on episodes.last_day_number = last_days.day_number
),

batches as (
    select
        batch_no,
        usual_anomalies,
        anomaly_threshold,
        alerted_at,
        {{ business_date('alerted_at') }} as first_date
    from {{ ref('int_batches_alerted') }}
    where alerted_at is not null
),

sources as (
    select
        extents.source_system || '.' || extents.source_table as alert_subject,
        expectations.expected_lag_hours,
        extents.newest_event_at
        + expectations.expected_lag_hours * interval '1' hour as due_at,
        {{ seconds_between('extents.newest_event_at', 'as_of.as_of') }} / 3600
            as lag_hours,
        as_of.as_of_date
    from {{ ref('int_source_extents') }} as extents
    inner join {{ ref('source_expectations') }} as expectations
        on
            extents.source_system = expectations.source_system
            and extents.source_table = expectations.source_table
    cross join as_of
),

opened as (
    select
        episodes.rule_code,
        subjects.alert_subject,
        subjects.touchpoint_code,
        subjects.channel_code,
        subjects.region,
        subjects.step_code,
        episodes.first_date,
        {{ local_to_utc('cast(episodes.first_date as timestamp)') }} as first_seen_at,
        {{ local_to_utc("episodes.first_date + interval '1' day") }} as detected_at,
        episodes.last_date,
        {{ days_on.format('episodes.last_date', hold) }} as quiet_date,
        episodes.breach_day_count,
        episodes.observed,
        episodes.expected,
        episodes.low,
        episodes.high,
        episodes.p_value,
        episodes.q_value
    from episodes
    inner join subjects on episodes.series_key = subjects.series_key
    union all
    select
        rules.rule_code,
        batches.batch_no as alert_subject,
        {{ no_text }} as touchpoint_code,
        {{ no_text }} as channel_code,
        {{ no_text }} as region,
        {{ no_text }} as step_code,
        batches.first_date,
        batches.alerted_at as first_seen_at,
        batches.alerted_at as detected_at,
        {{ days_on.format('batches.first_date', 'rules.window_days') }} as last_date,
        -- the window is the time that it stays open
        {{ days_on.format('batches.first_date', 'rules.window_days') }} as quiet_date,
        cast(null as bigint) as breach_day_count,
        -- the anomaly that crossed the threshold
        {{ as_double.format('floor(batches.anomaly_threshold) + 1') }} as observed,
        batches.usual_anomalies as expected,
        {{ as_double.format('0') }} as low,
        batches.anomaly_threshold as high,
        {{ as_double.format('null') }} as p_value,
        {{ as_double.format('null') }} as q_value
    from batches
    cross join rules
    where rules.kind = 'batch'
    union all
    select
        rules.rule_code,
        sources.alert_subject,
        {{ no_text }} as touchpoint_code,
        {{ no_text }} as channel_code,
        {{ no_text }} as region,
        {{ no_text }} as step_code,
        {{ business_date('sources.due_at') }} as first_date,
        sources.due_at as first_seen_at,
        sources.due_at as detected_at,
        -- late as of now
        sources.as_of_date as last_date,
        {{ days_on.format('sources.as_of_date', hold) }} as quiet_date,
        cast(null as bigint) as breach_day_count,
        {{ as_double.format('sources.lag_hours') }} as observed,
        {{ as_double.format('sources.expected_lag_hours') }} as expected,
        {{ as_double.format('0') }} as low,
        {{ as_double.format('sources.expected_lag_hours') }} as high,
        {{ as_double.format('null') }} as p_value,
        {{ as_double.format('null') }} as q_value
    from sources
    cross join rules
    where
        rules.kind = 'source_late'
        and sources.lag_hours > sources.expected_lag_hours
)

select
    opened.*,
    case
        when
            opened.quiet_date <= cast(
                as_of.as_of_date
                - {{ var('alert_settle_days') }} * interval '1' day as date
            )
            then {{ local_to_utc("opened.quiet_date + interval '1' day") }}
    end as closed_at
from opened
cross join as_of
