with records as (
    select * from {{ ref('base_hotline__calls') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('hotline', 'calls') }} as record_hash,
        call_id,
        {{ unerased('phone') }} as phone,
        order_no,
        agent_id,
        queue,
        {{ retained_text('hotline', 'calls', 'call_text') }} as call_text,
        {{ public_text('region') }} as region,
        rating,
        is_complaint,
        called_at,
        answered_at,
        ended_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('hotline', 'calls') }}
)

select * from accepted
