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
        {{ unerased('member_no') }} as member_no,
        {{ unerased('phone') }} as phone,
        {{ public_text('upper(currency)') }} as currency_code,
        {{ public_text('campaign') }} as campaign,
        {{ public_text('region') }} as region,
        amount,
        is_return,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('store', 'transactions') }}
)

select * from accepted
