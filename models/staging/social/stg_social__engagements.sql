with records as (
    select * from {{ ref('base_social__engagements') }}
),

accepted as (
    select
        record_key,
        record_hash,
        engagement_id,
        platform_user_id,
        content_id,
        phone,
        member_no,
        lower(platform) as platform,
        {{ public_text('lower(engagement_type)') }} as engagement_type,
        content_title,
        comment_text,
        {{ public_text('campaign') }} as campaign,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
