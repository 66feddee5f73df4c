with deliveries_recorded as (
    select
        batch_no,
        count(*) as delivery_count
    from {{ ref('stg_production__deliveries') }}
    group by batch_no
),

deliveries as (
    select
        batch_no,
        count(*) as order_count,
        count(distinct user_key) as user_count,
        min(delivered_at) as first_delivered_at
    from {{ ref('int_batch_deliveries') }}
    group by batch_no
),

complaints as (
    select
        batch_no,
        count(*) as complaint_count,
        sum(weight) as complaint_weight,
        count(distinct order_key) as complained_order_count,
        min(opened_at) as first_complaint_at
    from {{ ref('int_batch_complaints') }}
    group by batch_no
),

weeks as (
    select
        batch_no,
        cast(date_trunc('week', {{ business_date('opened_at') }}) as date) as week_date,
        row_number() over (
            partition by batch_no
            order by
                count(*) desc,
                cast(date_trunc('week', {{ business_date('opened_at') }}) as date) asc
        ) as week_number
    from {{ ref('int_batch_complaints') }}
    group by
        batch_no,
        cast(date_trunc('week', {{ business_date('opened_at') }}) as date)
),

counted as (
    select
        batches.batch_no,
        coalesce(deliveries_recorded.delivery_count, 0) as delivery_count,
        coalesce(deliveries.order_count, 0) as order_count,
        coalesce(deliveries.user_count, 0) as user_count,
        deliveries.first_delivered_at,
        coalesce(complaints.complaint_count, 0) as complaint_count,
        coalesce(complaints.complaint_weight, 0) as complaint_weight,
        coalesce(complaints.complained_order_count, 0) as complained_order_count,
        complaints.first_complaint_at,
        weeks.week_date as complaint_peak_date
    from {{ ref('int_batches_observed') }} as batches
    left join deliveries_recorded on batches.batch_no = deliveries_recorded.batch_no
    left join deliveries on batches.batch_no = deliveries.batch_no
    left join complaints on batches.batch_no = complaints.batch_no
    left join weeks on batches.batch_no = weeks.batch_no and weeks.week_number = 1
)

select
    *,
    cast(sum(order_count) over () - order_count as bigint) as other_order_count,
    cast(sum(complained_order_count) over () - complained_order_count as bigint)
        as other_complained_order_count
from counted
