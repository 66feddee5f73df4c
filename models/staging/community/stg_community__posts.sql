with records as (
    select * from {{ ref('base_community__posts') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('community', 'posts') }} as record_hash,
        post_id,
        group_id,
        {{ unerased('unionid') }} as unionid,
        {{ unerased('openid') }} as openid,
        {{ unerased('phone') }} as phone,
        {{ unerased('member_no') }} as member_no,
        {{ retained_text('community', 'posts', 'post_text') }} as post_text,
        lower(platform) as platform,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('community', 'posts') }}
)

select * from accepted
