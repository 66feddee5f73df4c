-- The goal of every paid order, held against the orders themselves: what is credited is what was sold, to the cent,
-- but for Markov chains that did not settle.
with order_goals as (
    select goal_code
    from {{ ref('goals') }}
    where
        conversion_kind = 'paid_order'
        and order_rank = 'any'
        and {{ of_this_industry() }}
),

contribution as (
    select
        channel_contribution.goal_code,
        channel_contribution.level,
        channel_contribution.model_code,
        sum(channel_contribution.conversions) as conversions,
        sum(channel_contribution.value) as value
    from {{ ref('channel_contribution') }} as channel_contribution
    inner join order_goals on channel_contribution.goal_code = order_goals.goal_code
    where
        channel_contribution.period_type = 'all'
        and not (
            channel_contribution.is_unsettled
            and channel_contribution.model_code like 'markov%'
        )
    group by
        channel_contribution.goal_code,
        channel_contribution.level,
        channel_contribution.model_code
),

orders as (
    select
        count(*) as order_count,
        coalesce(sum(net_amount), 0) as net_amount
    from {{ ref('fct_orders') }}
    where is_paid
)

select
    contribution.*,
    orders.order_count,
    orders.net_amount
from orders
left join contribution on 1 = 1
where
    coalesce(contribution.conversions, 0) <> orders.order_count
    or coalesce(contribution.value, 0) <> orders.net_amount
