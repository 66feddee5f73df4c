with records as (
    select * from {{ ref('base_store__visits') }}
),

accepted as (
    select
        record_key,
        record_hash,
        visit_id,
        store_id,
        member_no,
        phone,
        device_id,
        {{ public_text('region') }} as region,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
