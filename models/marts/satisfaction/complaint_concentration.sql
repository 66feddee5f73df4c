with complaints as (
    select
        about_touchpoint_code as touchpoint_code,
        coalesce(region, '(unknown)') as region,
        count(*) as complaint_count,
        count(distinct case_group_key) as complainant_count
    from {{ ref('int_cases_assessed') }}
    where is_complaint
    group by about_touchpoint_code, coalesce(region, '(unknown)')
),

orders as (
    select
        coalesce(region, '(unknown)') as region,
        count(*) as order_count
    from {{ ref('int_orders_placed') }}
    group by coalesce(region, '(unknown)')
),

regions as (
    select region from orders
    union
    select region from complaints
),

touchpoints as (
    select distinct touchpoint_code
    from complaints
),

cells as (
    select
        touchpoints.touchpoint_code,
        regions.region,
        coalesce(complaints.complaint_count, 0) as complaint_count,
        coalesce(complaints.complainant_count, 0) as complainant_count,
        coalesce(orders.order_count, 0) as order_count,
        case when regions.region <> '(unknown)' then 1 else 0 end as is_known
    from touchpoints
    cross join regions
    left join complaints
        on
            touchpoints.touchpoint_code = complaints.touchpoint_code
            and regions.region = complaints.region
    left join orders on regions.region = orders.region
),

-- a region is held against the other known ones, by their orders
totals as (
    select
        *,
        sum(complaint_count) over () as all_complaint_count,
        sum(complaint_count) over (partition by touchpoint_code)
            as touchpoint_complaint_count,
        sum(complaint_count * is_known) over (partition by touchpoint_code)
            as known_complaint_count,
        sum(complainant_count * is_known) over (partition by touchpoint_code)
            as known_complainant_count,
        sum(order_count * is_known) over (partition by touchpoint_code)
            as known_order_count
    from cells
),

-- given how many complain at all, whether one lies in the region is one yes or no
measured as (
    select
        *,
        {{ ratio('order_count', 'known_order_count') }} as order_share,
        {{ ratio('known_order_count - order_count', 'order_count') }} as other_orders,
        {{ ratio('complaint_count', 'known_complaint_count') }} as known_share,
        {{ wilson_low('complaint_count', 'known_complaint_count') }} as share_low,
        {{ wilson_high('complaint_count', 'known_complaint_count') }} as share_high,
        is_known = 1
        and known_complaint_count >= {{ var('min_sample') }} as is_measured
    from totals
),

expected as (
    select
        *,
        known_complainant_count * order_share as expected_count,
        order_share * (1 - order_share) * known_complainant_count as variance
    from measured
)

select
    touchpoint_code,
    region,
    complaint_count,
    complainant_count,
    order_count,
    cast(touchpoint_complaint_count as bigint) as touchpoint_complaint_count,
    {{ ratio('complaint_count', 'all_complaint_count') }} as share,
    {{ ratio('complaint_count', 'touchpoint_complaint_count') }} as touchpoint_share,
    case
        when is_measured
            then {{ ratio(
                'complaint_count * (known_order_count - order_count)',
                '((known_complaint_count - complaint_count) * order_count)'
            ) }}
    end as lift,
    case
        when is_measured then share_low / nullif(1 - share_low, 0) * other_orders
    end as low,
    case
        when is_measured then share_high / nullif(1 - share_high, 0) * other_orders
    end as high,
    coalesce(
        is_measured
        and complainant_count >= {{ var('concentration_min_count') }}
        and complainant_count - expected_count
        >= {{ var('concentration_min_z') }} * sqrt(variance)
        and variance > 0
        and known_share
        >= {{ var('concentration_min_lift') }} * order_share,
        false
    ) as is_concentrated,
    known_complaint_count < {{ var('min_sample') }} as is_suppressed
from expected
