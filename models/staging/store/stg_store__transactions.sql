with records as (
    select * from {{ ref('base_store__transactions') }}
),

accepted as (
    select
        record_key,
        record_hash,
        receipt_no,
        store_id,
        till_id,
        member_no,
        phone,
        {{ public_text('upper(currency)') }} as currency_code,
        {{ public_text('campaign') }} as campaign,
        {{ public_text('region') }} as region,
        amount,
        is_return,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
