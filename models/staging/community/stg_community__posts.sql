with records as (
    select * from {{ ref('base_community__posts') }}
),

accepted as (
    select
        record_key,
        record_hash,
        post_id,
        group_id,
        {{ unerased('unionid') }} as unionid,
        {{ unerased('openid') }} as openid,
        {{ unerased('phone') }} as phone,
        {{ unerased('member_no') }} as member_no,
        {{ unerased('post_text') }} as post_text,
        lower(platform) as platform,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on() }}
)

select * from accepted
