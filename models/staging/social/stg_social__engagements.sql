with records as (
    select * from {{ ref('base_social__engagements') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('social', 'engagements') }} as record_hash,
        engagement_id,
        {{ unerased('platform_user_id') }} as platform_user_id,
        content_id,
        {{ unerased('phone') }} as phone,
        {{ unerased('member_no') }} as member_no,
        lower(platform) as platform,
        {{ public_text('lower(engagement_type)') }} as engagement_type,
        content_title,
        {{ retained_text('social', 'engagements', 'comment_text') }} as comment_text,
        {{ public_text('campaign') }} as campaign,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('social', 'engagements') }}
)

select * from accepted
