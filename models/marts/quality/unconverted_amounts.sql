with orders as (
    select * from {{ ref('int_orders_converted') }}
),

ad_spend as (
    select * from {{ ref('int_ad_spend_converted') }}
),

unconverted as (
    select
        source_system,
        source_table,
        currency_code,
        ordered_date as record_date
    from orders
    where gross_amount is null and landed_amount is not null
    union all
    select
        'ads' as source_system,
        'daily_spend' as source_table,
        currency_code,
        spend_date as record_date
    from ad_spend
    where cost is null
)

select
    source_system,
    source_table,
    currency_code,
    count(*) as record_count,
    min(record_date) as first_date,
    max(record_date) as last_date
from unconverted
group by source_system, source_table, currency_code
