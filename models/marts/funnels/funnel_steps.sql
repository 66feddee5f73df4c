with steps as (
    select
        funnel_code,
        step_number,
        min(step_name) as step_name,
        min(case when is_optional then 1 else 0 end) = 1 as is_optional
    from {{ ref('int_funnel_step_rules') }}
    group by funnel_code, step_number
),

entries as (
    select
        *,
        lag(reached_at) over (
            partition by funnel_code, user_key
            order by step_number
        ) as previous_reached_at
    from {{ ref('int_funnel_entries') }}
),

broken_down as (
    select
        *,
        'all' as breakdown,
        '(all)' as breakdown_value
    from entries
    union all
    select
        *,
        'channel' as breakdown,
        entry_channel_code as breakdown_value
    from entries
),

counted as (
    select
        funnel_code,
        breakdown,
        breakdown_value,
        step_number,
        count(*) as user_count,
        {{ quantile(
            seconds_between('previous_reached_at', 'reached_at'), 0.5
        ) }} as median_seconds_from_previous,
        {{ quantile(
            seconds_between('previous_reached_at', 'reached_at'), 0.9
        ) }} as p90_seconds_from_previous
    from broken_down
    group by funnel_code, breakdown, breakdown_value, step_number
),

-- a step that nobody reaches is a row of its own: that is where they are lost
complete as (
    select
        steps.funnel_code,
        first_steps.breakdown,
        first_steps.breakdown_value,
        steps.step_number,
        steps.step_name,
        steps.is_optional,
        coalesce(counted.user_count, 0) as user_count,
        counted.median_seconds_from_previous,
        counted.p90_seconds_from_previous,
        first_steps.user_count as entered_count
    from steps
    inner join counted as first_steps
        on
            steps.funnel_code = first_steps.funnel_code
            and first_steps.step_number = 1
    left join counted
        on
            steps.funnel_code = counted.funnel_code
            and first_steps.breakdown = counted.breakdown
            and first_steps.breakdown_value = counted.breakdown_value
            and steps.step_number = counted.step_number
),

-- the step before is the nearest one that everybody must pass
previous_steps as (
    select
        steps.funnel_code,
        steps.step_number,
        max(earlier.step_number) as previous_step_number
    from steps
    inner join steps as earlier
        on
            steps.funnel_code = earlier.funnel_code
            and steps.step_number > earlier.step_number
            and not earlier.is_optional
    group by steps.funnel_code, steps.step_number
),

compared as (
    select
        complete.*,
        previous.user_count as previous_user_count
    from complete
    left join previous_steps
        on
            complete.funnel_code = previous_steps.funnel_code
            and complete.step_number = previous_steps.step_number
    left join complete as previous
        on
            complete.funnel_code = previous.funnel_code
            and complete.breakdown = previous.breakdown
            and complete.breakdown_value = previous.breakdown_value
            and previous_steps.previous_step_number = previous.step_number
)

select
    funnel_code,
    breakdown,
    breakdown_value,
    cast(step_number as integer) as step_number,
    step_name,
    is_optional,
    user_count,
    previous_user_count,
    entered_count,
    {{ published_rate('user_count', 'previous_user_count') }}
        as conversion_from_previous,
    {{ published(
        wilson_low('user_count', 'previous_user_count'), 'previous_user_count'
    ) }} as conversion_from_previous_low,
    {{ published(
        wilson_high('user_count', 'previous_user_count'), 'previous_user_count'
    ) }} as conversion_from_previous_high,
    {{ published_rate('user_count', 'entered_count') }} as conversion_from_start,
    {{ published(
        wilson_low('user_count', 'entered_count'), 'entered_count'
    ) }} as conversion_from_start_low,
    {{ published(
        wilson_high('user_count', 'entered_count'), 'entered_count'
    ) }} as conversion_from_start_high,
    previous_user_count - user_count as drop_off_count,
    median_seconds_from_previous,
    p90_seconds_from_previous,
    {{ is_suppressed('coalesce(previous_user_count, entered_count)') }} as is_suppressed
from compared
