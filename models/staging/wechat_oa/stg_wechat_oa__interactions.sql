with records as (
    select * from {{ ref('base_wechat_oa__interactions') }}
),

accepted as (
    select
        record_key,
        record_hash,
        interaction_id,
        openid,
        unionid,
        phone,
        article_id,
        {{ public_text('lower(interaction_type)') }} as interaction_type,
        article_title,
        comment_text,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
