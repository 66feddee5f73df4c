with touchpoints as (
    select
        touchpoint_code,
        channel_code,
        coalesce(region, '(unknown)') as region,
        {{ business_date('occurred_at') }} as occurred_date
    from {{ ref('int_touchpoints_resolved') }}
),

days as (
    select
        touchpoint_code,
        channel_code,
        region,
        occurred_date,
        count(*) as contact_count
    from touchpoints
    group by touchpoint_code, channel_code, region, occurred_date
),

by_period as (
    {{ in_every_period('days', 'occurred_date') }}
)

select
    touchpoint_code,
    channel_code,
    region,
    period_type,
    period_start_date,
    cast(sum(contact_count) as bigint) as contact_count
from by_period
group by
    touchpoint_code,
    channel_code,
    region,
    period_type,
    period_start_date
