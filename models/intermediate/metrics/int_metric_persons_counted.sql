with active_days as (
    select * from {{ ref('int_active_days') }}
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
        and not orders.is_refunded_in_full
),

-- neither days nor months add up over channels: the row of all of them is counted by itself
active_months as (
    select
        channel_code,
        cast(date_trunc('month', active_date) as date) as month_start_date,
        user_key,
        count(*) as active_day_count
    from active_days
    group by
        channel_code,
        cast(date_trunc('month', active_date) as date),
        user_key
    union all
    select
        '(all)' as channel_code,
        cast(date_trunc('month', active_date) as date) as month_start_date,
        user_key,
        count(*) as active_day_count
    from {{ ref('int_person_days') }}
    group by cast(date_trunc('month', active_date) as date), user_key
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
),

monthly as (
    select
        'stickiness' as metric_code,
        active_months.channel_code,
        active_months.month_start_date,
        active_months.user_key,
        active_months.active_day_count as numerator,
        months.day_count as denominator
    from active_months
    inner join {{ ref('int_channel_months_completed') }} as months
        on
            active_months.channel_code = months.channel_code
            and active_months.month_start_date = months.month_start_date
    union all
    select
        'consumption_frequency' as metric_code,
        channel_code,
        month_start_date,
        user_key,
        order_count as numerator,
        1 as denominator
    from buying_months
),

over_months as (
    select
        metric_code,
        channel_code,
        cast(sum(numerator) as bigint) as numerator,
        cast(sum(denominator) as bigint) as denominator
    from monthly
    group by metric_code, channel_code, user_key
)

-- few numbers are those of many persons
select
    metric_code,
    channel_code,
    'month' as period_type,
    month_start_date as period_start_date,
    numerator,
    denominator,
    count(*) as unit_count
from monthly
group by metric_code, channel_code, month_start_date, numerator, denominator
union all
select
    metric_code,
    channel_code,
    'all' as period_type,
    cast(null as date) as period_start_date,
    numerator,
    denominator,
    count(*) as unit_count
from over_months
group by metric_code, channel_code, numerator, denominator
