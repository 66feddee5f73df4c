with active_days as (
    select
        user_key,
        channel_code,
        active_date,
        cast(date_trunc('month', active_date) as date) as month_start_date
    from {{ ref('int_active_days') }}
),

as_of as (
    select
        cast({{ business_date('as_of') }} + interval '1' day as date) as next_date
    from {{ ref('int_as_of') }}
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

purchases as (
    select
        identifier_sets.user_key,
        orders.channel_code,
        cast(date_trunc('month', orders.ordered_date) as date) as month_start_date
    from {{ ref('int_orders_converted') }} as orders
    inner join identifier_sets
        on orders.identifier_set_key = identifier_sets.identifier_set_key
    where
        orders.is_paid
        and identifier_sets.user_key is not null
        -- what was refunded in full was no purchase in the end
        and not coalesce(
            orders.refund_amount > 0 and orders.refund_amount >= orders.gross_amount,
            false
        )
),

-- neither days nor months add up over channels: the row of all of them is counted by itself
active_months as (
    select
        channel_code,
        month_start_date,
        user_key,
        count(*) as active_day_count
    from active_days
    group by channel_code, month_start_date, user_key
    union all
    select
        '(all)' as channel_code,
        month_start_date,
        user_key,
        count(distinct active_date) as active_day_count
    from active_days
    group by month_start_date, user_key
),

first_days as (
    select
        channel_code,
        min(active_date) as first_date
    from active_days
    group by channel_code
    union all
    select
        '(all)' as channel_code,
        min(active_date) as first_date
    from active_days
),

months as (
    select
        *,
        cast(
            month_start_date + interval '1' month as date
        ) as next_month_start_date
    from active_months
),

-- a month is complete once its last day has come, and unless its channel began in the middle of it
complete_months as (
    select
        months.*,
        cast(
            round({{ seconds_between(
                'cast(months.month_start_date as timestamp)',
                'cast(months.next_month_start_date as timestamp)'
            ) }} / 86400) as bigint
        ) as day_count
    from months
    inner join first_days
        on months.channel_code = first_days.channel_code
    where months.month_start_date >= first_days.first_date
),

buying_months as (
    select
        channel_code,
        month_start_date,
        user_key,
        count(*) as order_count
    from purchases
    group by channel_code, month_start_date, user_key
    union all
    select
        '(all)' as channel_code,
        month_start_date,
        user_key,
        count(*) as order_count
    from purchases
    group by month_start_date, user_key
)

select
    'stickiness' as metric_code,
    complete_months.channel_code,
    complete_months.month_start_date,
    complete_months.user_key as unit_key,
    false as is_counted_once,
    complete_months.active_day_count as numerator,
    complete_months.day_count as denominator
from complete_months
cross join as_of
where complete_months.next_month_start_date <= as_of.next_date
union all
select
    'consumption_frequency' as metric_code,
    channel_code,
    month_start_date,
    user_key as unit_key,
    false as is_counted_once,
    order_count as numerator,
    1 as denominator
from buying_months
