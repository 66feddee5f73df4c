with counted as (
    select * from {{ ref('int_contents_counted') }}
)

select
    content_id,
    channel_code,
    period_type,
    period_start_date,
    reads,
    readers,
    shares,
    comments,
    likes,
    engagement_base,
    engaged_readers,
    {{ published_rate('engaged_readers', 'engagement_base') }} as engagement_rate,
    {{ published(
        wilson_low('engaged_readers', 'engagement_base'), 'engagement_base'
    ) }} as engagement_rate_low,
    {{ published(
        wilson_high('engaged_readers', 'engagement_base'), 'engagement_base'
    ) }} as engagement_rate_high,
    consultation_base,
    consulting_readers,
    {{ published_rate('consulting_readers', 'consultation_base') }}
        as consultation_rate,
    {{ published(
        wilson_low('consulting_readers', 'consultation_base'), 'consultation_base'
    ) }} as consultation_rate_low,
    {{ published(
        wilson_high('consulting_readers', 'consultation_base'), 'consultation_base'
    ) }} as consultation_rate_high,
    registration_base,
    registering_readers,
    {{ published_rate('registering_readers', 'registration_base') }}
        as registration_rate,
    {{ published(
        wilson_low('registering_readers', 'registration_base'), 'registration_base'
    ) }} as registration_rate_low,
    {{ published(
        wilson_high('registering_readers', 'registration_base'), 'registration_base'
    ) }} as registration_rate_high,
    order_base,
    ordering_readers,
    {{ published_rate('ordering_readers', 'order_base') }} as order_rate,
    {{ published(
        wilson_low('ordering_readers', 'order_base'), 'order_base'
    ) }} as order_rate_low,
    {{ published(
        wilson_high('ordering_readers', 'order_base'), 'order_base'
    ) }} as order_rate_high,
    (engagement_base between 1 and {{ var('min_sample') }} - 1)
    or (consultation_base between 1 and {{ var('min_sample') }} - 1)
    or (registration_base between 1 and {{ var('min_sample') }} - 1)
    or (order_base between 1 and {{ var('min_sample') }} - 1)
        as is_suppressed
from counted
