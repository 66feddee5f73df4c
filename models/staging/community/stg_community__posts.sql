with records as (
    select * from {{ ref('base_community__posts') }}
),

accepted as (
    select
        record_key,
        record_hash,
        post_id,
        group_id,
        unionid,
        openid,
        phone,
        member_no,
        post_text,
        lower(platform) as platform,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
