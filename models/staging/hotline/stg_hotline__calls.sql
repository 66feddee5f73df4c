with records as (
    select * from {{ ref('base_hotline__calls') }}
),

accepted as (
    select
        record_key,
        record_hash,
        call_id,
        phone,
        order_no,
        agent_id,
        queue,
        call_text,
        {{ public_text('region') }} as region,
        rating,
        is_complaint,
        called_at,
        answered_at,
        ended_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
