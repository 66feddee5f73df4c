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

breakdowns as (
    select
        funnel_code,
        breakdown,
        breakdown_value,
        user_count as entered_count
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
        coalesce(counted.user_count, 0) as user_count,
        counted.median_seconds_from_previous,
        counted.p90_seconds_from_previous
    from breakdowns
    inner join steps on breakdowns.funnel_code = steps.funnel_code
    left join counted
        on
            steps.funnel_code = counted.funnel_code
            and breakdowns.breakdown = counted.breakdown
            and breakdowns.breakdown_value = counted.breakdown_value
            and steps.step_number = counted.step_number
),

-- the step before is the nearest one that everybody must pass
compared as (
    select
        *,
        {{ carry_forward(
            'case when not is_optional then user_count end', 'earlier'
        ) }} as previous_user_count
    from complete
    window earlier as (
        partition by funnel_code, breakdown, breakdown_value
        order by step_number
        rows between unbounded preceding and 1 preceding
    )
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
