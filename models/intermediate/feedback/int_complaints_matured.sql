with matured as (
    select
        cast(
            {{ business_date('as_of') }}
            - {{ var('complaint_maturity_days') }} * interval '1' day as date
        ) as last_date
    from {{ ref('int_as_of') }}
),

order_units as (
    select * from {{ ref('int_orders_matured') }}
),

complaints as (
    select
        cases.about_touchpoint_code as touchpoint_code,
        cases.about_channel_code as channel_code,
        coalesce(cases.region, '(unknown)') as region,
        cases.cohort_date,
        coalesce(cases.user_key, cases.order_key, cases.case_key) as unit_key
    from {{ ref('int_cases_assessed') }} as cases
    cross join matured
    where cases.is_complaint and cases.cohort_date <= matured.last_date
),

dated_complaints as (
    {{ in_every_period('complaints', 'cohort_date') }}
),

complaint_units as (
    select
        touchpoint_code,
        channel_code,
        region,
        period_type,
        period_start_date,
        unit_key,
        count(*) as complaint_count
    from dated_complaints
    group by
        touchpoint_code,
        channel_code,
        region,
        period_type,
        period_start_date,
        unit_key
)

select
    complaint_units.touchpoint_code,
    complaint_units.channel_code,
    complaint_units.region,
    complaint_units.period_type,
    complaint_units.period_start_date,
    sum(complaint_units.complaint_count) as complaint_count,
    sum(complaint_units.complaint_count * complaint_units.complaint_count)
        as complaint_square_sum,
    sum(complaint_units.complaint_count * coalesce(order_units.order_count, 0))
        as product_sum
from complaint_units
left join order_units
    on
        complaint_units.region = order_units.region
        and complaint_units.period_type = order_units.period_type
        and complaint_units.period_start_date
        is not distinct from order_units.period_start_date
        and complaint_units.unit_key = order_units.unit_key
group by
    complaint_units.touchpoint_code,
    complaint_units.channel_code,
    complaint_units.region,
    complaint_units.period_type,
    complaint_units.period_start_date
