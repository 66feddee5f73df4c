with records as (
    select * from {{ ref('base_mini_program__events') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('mini_program', 'events') }} as record_hash,
        event_id,
        {{ unerased('openid') }} as openid,
        {{ unerased('unionid') }} as unionid,
        {{ unerased('phone') }} as phone,
        {{ public_text('item_id') }} as item_id,
        order_no,
        {{ public_text('lower(event_name)') }} as event_name,
        page_path,
        scene,
        {{ retained_text('mini_program', 'events', 'search_term') }} as search_term,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('mini_program', 'events') }}
)

select * from accepted
