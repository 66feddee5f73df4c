with records as (
    select * from {{ ref('base_mini_program__events') }}
),

accepted as (
    select
        record_key,
        record_hash,
        event_id,
        openid,
        unionid,
        phone,
        {{ public_text('item_id') }} as item_id,
        order_no,
        {{ public_text('lower(event_name)') }} as event_name,
        page_path,
        scene,
        search_term,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
