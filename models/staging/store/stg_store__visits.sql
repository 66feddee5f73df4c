with records as (
    select * from {{ ref('base_store__visits') }}
),

accepted as (
    select
        record_key,
        record_hash,
        visit_id,
        store_id,
        {{ unerased('member_no') }} as member_no,
        {{ unerased('phone') }} as phone,
        {{ unerased('device_id') }} as device_id,
        {{ public_text('region') }} as region,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('store', 'visits') }}
)

select * from accepted
