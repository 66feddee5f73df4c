{%- set periods = ['week', 'month', 'all'] -%}
-- the first interaction that can draw somebody in: registrations, parcels and messages sent are no origin
with first_touches as (
    select
        channel_code,
        {{ business_date('occurred_at') }} as touched_date
    from {{ ref('int_touches_numbered') }}
    where touch_number = 1 and left_out_goal_code = ''
),

first_days as (
    select
        channel_code,
        touched_date,
        count(*) as person_count
    from first_touches
    group by channel_code, touched_date
),

origins as (
    {{ in_every_period('first_days', 'touched_date', periods) }}
),

buying_days as (
    select distinct
        user_key,
        channel_code,
        converted_date
    from {{ ref('int_conversions') }}
    where goal_code = '{{ var("scorecard_goal") }}' and user_key is not null
),

purchases as (
    {{ in_every_period('buying_days', 'converted_date', periods) }}
),

buyers as (
    select
        period_type,
        period_start_date,
        count(distinct user_key) as person_count
    from purchases
    group by period_type, period_start_date
),

origins_counted as (
    select
        channel_code as answer_code,
        period_type,
        period_start_date,
        cast(sum(person_count) as bigint) as numerator
    from origins
    group by channel_code, period_type, period_start_date
),

places_counted as (
    select
        channel_code as answer_code,
        period_type,
        period_start_date,
        count(distinct user_key) as numerator
    from purchases
    group by channel_code, period_type, period_start_date
),

-- a step of a kind that no export tells is reached by nobody, and says nothing of losses
steps_told as (
    select distinct
        rules.funnel_code,
        rules.step_number
    from {{ ref('int_funnel_step_rules') }} as rules
    inner join {{ ref('touchpoints') }} as touchpoints
        on rules.interaction_type = touchpoints.interaction_type
    inner join {{ ref('int_touchpoint_figures') }} as figures
        on touchpoints.touchpoint_code = figures.touchpoint_code
    where
        {{ of_this_industry('touchpoints.industry') }}
        and figures.period_type = 'all'
        and figures.touch_count > 0
)

select
    'origin' as question_code,
    answer_code,
    period_type,
    period_start_date,
    numerator,
    cast(sum(numerator) over (
        partition by period_type, period_start_date
    ) as bigint) as denominator
from origins_counted
union all
select
    'conversion' as question_code,
    places_counted.answer_code,
    places_counted.period_type,
    places_counted.period_start_date,
    places_counted.numerator,
    buyers.person_count as denominator
from places_counted
inner join buyers
    on
        places_counted.period_type = buyers.period_type
        and places_counted.period_start_date
        is not distinct from buyers.period_start_date
union all
select
    'best' as question_code,
    touchpoint_code as answer_code,
    period_type,
    period_start_date,
    csat_satisfied_count as numerator,
    csat_response_count as denominator
from {{ ref('int_touchpoint_figures') }}
where csat_response_count > 0
union all
select
    'loss' as question_code,
    losses.funnel_code
    || ':'
    || cast(losses.step_number as {{ text_type() }}) as answer_code,
    losses.period_type,
    losses.period_start_date,
    losses.lost_count as numerator,
    losses.arrived_count as denominator
from {{ ref('int_funnel_losses_counted') }} as losses
inner join steps_told
    on
        losses.funnel_code = steps_told.funnel_code
        and losses.step_number = steps_told.step_number
where losses.is_mature and losses.period_type <> 'day'
