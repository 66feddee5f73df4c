-- Paid orders and their net value by the channel that sold, and what was brought back to it (returns carry no sale).
with orders as (
    select * from {{ ref('fct_orders') }}
),

channels as (
    select * from {{ ref('dim_channels') }}
),

counted as (
    select
        channel_code,
        count(case when is_paid then 1 end) as order_count,
        count(distinct case when is_paid then user_id end) as buyer_count,
        count(
            case when is_paid and user_id is null then 1 end
        ) as order_without_person_count,
        cast(
            sum(case when is_paid then net_amount else 0 end) as decimal(18, 2)
        ) as net_amount,
        cast(
            sum(case when is_return then -net_amount else 0 end) as decimal(18, 2)
        ) as return_amount
    from orders
    group by channel_code
)

select
    channels.channel_name,
    counted.order_count,
    counted.buyer_count,
    counted.order_without_person_count,
    counted.net_amount,
    cast(counted.net_amount as {{ double_type() }})
    / nullif(
        sum(cast(counted.net_amount as {{ double_type() }})) over (), 0
    ) as net_amount_share,
    counted.return_amount
from counted
left join channels on counted.channel_code = channels.channel_code
order by counted.net_amount desc, counted.channel_code asc
