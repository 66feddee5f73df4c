-- of funnels that a person enters once: who stopped at a step, of those who came so far
with rules as (
    select distinct
        funnel_code,
        funnel_number,
        step_number,
        window_hours
    from {{ ref('int_funnel_step_rules') }}
    where
        step_kind = 'required'
        and step_order <> 'any'
        and is_valued
        and not is_repeated
),

steps as (
    select
        *,
        lead(step_number) over (
            partition by funnel_code
            order by step_number
        ) as next_step_number
    from rules
),

funnels as (
    select
        funnel_number,
        min(window_hours) as window_hours
    from rules
    group by funnel_number
),

entries as (
    select
        outcomes.funnel_number,
        outcomes.reached_step,
        funnels.window_hours,
        {{ business_date('outcomes.entered_at') }} as entered_date
    from {{ ref('int_funnel_outcomes') }} as outcomes
    inner join funnels on outcomes.funnel_number = funnels.funnel_number
),

days as (
    select
        funnel_number,
        reached_step,
        window_hours,
        entered_date,
        count(*) as entry_count
    from entries
    group by funnel_number, reached_step, window_hours, entered_date
),

as_of as (
    select {{ business_date('as_of') }} as as_of_date
    from {{ ref('int_as_of') }}
),

matured as (
    select days.*
    from days
    cross join as_of
    where
        days.entered_date + interval '1' day + days.window_hours * interval '1' hour
        <= as_of.as_of_date
),

by_period as (
    {{ in_every_period('matured', 'entered_date') }}
)

select
    steps.funnel_code,
    steps.next_step_number as step_number,
    by_period.period_type,
    by_period.period_start_date,
    cast(ceil(min(by_period.window_hours) / 24.0) as integer) as window_days,
    -- its last day has matured
    coalesce(
        {{ date_after_period('by_period.period_type', 'by_period.period_start_date') }}
        + min(by_period.window_hours) * interval '1' hour
        <= min(as_of.as_of_date),
        true
    ) as is_mature,
    cast(sum(
        case
            when by_period.reached_step = steps.step_number
                then by_period.entry_count
            else 0
        end
    ) as bigint) as lost_count,
    cast(sum(by_period.entry_count) as bigint) as arrived_count
from steps
inner join by_period
    on
        steps.funnel_number = by_period.funnel_number
        and steps.step_number <= by_period.reached_step
cross join as_of
where steps.next_step_number is not null
group by
    steps.funnel_code,
    steps.next_step_number,
    by_period.period_type,
    by_period.period_start_date
