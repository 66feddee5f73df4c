with records as (
    select * from {{ ref('base_hotline__calls') }}
),

accepted as (
    select
        record_key,
        record_hash,
        call_id,
        {{ unerased('phone') }} as phone,
        order_no,
        agent_id,
        queue,
        {{ unerased('call_text') }} as call_text,
        {{ public_text('region') }} as region,
        rating,
        is_complaint,
        called_at,
        answered_at,
        ended_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on() }}
)

select * from accepted
