with records as (
    select * from {{ ref('base_app__events') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('app', 'events') }} as record_hash,
        event_id,
        {{ unerased('device_id') }} as device_id,
        {{ unerased('member_no') }} as member_no,
        {{ unerased('phone') }} as phone,
        {{ public_text('clicked_item_id') }} as clicked_item_id,
        {{ public_text('item_id') }} as item_id,
        push_id,
        order_no,
        {{ public_text('lower(event_name)') }} as event_name,
        {{ retained_text('app', 'events', 'search_term') }} as search_term,
        os,
        app_version,
        result_count,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('app', 'events') }}
)

select * from accepted
