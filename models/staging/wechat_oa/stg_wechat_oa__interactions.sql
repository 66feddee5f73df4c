with records as (
    select * from {{ ref('base_wechat_oa__interactions') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('wechat_oa', 'interactions') }} as record_hash,
        interaction_id,
        {{ unerased('openid') }} as openid,
        {{ unerased('unionid') }} as unionid,
        {{ unerased('phone') }} as phone,
        article_id,
        {{ public_text('lower(interaction_type)') }} as interaction_type,
        article_title,
        {{ retained_text('wechat_oa', 'interactions', 'comment_text') }}
            as comment_text,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('wechat_oa', 'interactions') }}
)

select * from accepted
