with metrics as (
    select distinct
        metric_code,
        goal_code,
        outcome_days
    from {{ ref('int_effect_actions') }}
    where fault is null and metric_kind = 'return'
),

orders as (
    select * from {{ ref('int_orders_converted') }}
),

-- what was refunded in full brought nobody back
conversions as (
    select
        conversions.goal_code,
        conversions.conversion_key,
        conversions.user_key,
        conversions.converted_at,
        conversions.converted_date,
        conversions.channel_code,
        orders.region,
        not coalesce(orders.is_refunded_in_full, false) as is_kept
    from {{ ref('int_conversions') }} as conversions
    left join orders on conversions.conversion_key = orders.order_key
    where
        conversions.user_key is not null
        and conversions.goal_code in (select metrics.goal_code from metrics)
),

numbered as (
    select
        *,
        row_number() over (
            partition by goal_code, user_key
            order by converted_at, conversion_key
        ) as conversion_number
    from conversions
),

firsts as (
    select * from numbered
    where conversion_number = 1
),

-- the first that is kept on a later day
returns as (
    select
        firsts.goal_code,
        firsts.user_key,
        min(conversions.converted_date) as returned_date
    from firsts
    inner join conversions
        on
            firsts.goal_code = conversions.goal_code
            and firsts.user_key = conversions.user_key
            and firsts.converted_date < conversions.converted_date
    where conversions.is_kept
    group by firsts.goal_code, firsts.user_key
)

select
    metrics.metric_code,
    firsts.user_key as unit_key,
    firsts.user_key,
    firsts.converted_date as observed_date,
    cast(null as {{ text_type() }}) as touchpoint_code,
    firsts.channel_code,
    firsts.region,
    cast(
        case
            when
                returns.returned_date
                <= firsts.converted_date + metrics.outcome_days * interval '1' day
                then 1
            else 0
        end as {{ double_type() }}
    ) as numerator,
    cast(1 as {{ double_type() }}) as denominator
from firsts
inner join metrics on firsts.goal_code = metrics.goal_code
left join returns
    on
        firsts.goal_code = returns.goal_code
        and firsts.user_key = returns.user_key
