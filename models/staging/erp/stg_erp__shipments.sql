with records as (
    select * from {{ ref('base_erp__shipments') }}
),

accepted as (
    select
        record_key,
        record_hash,
        shipment_id,
        order_no,
        lower(platform) as platform,
        carrier,
        {{ public_text('region') }} as region,
        lower(status) as status,
        shipped_at,
        promised_at,
        delivered_at,
        loaded_at
    from records
    where record_status = 'accepted' and {{ is_retained('erp', 'shipments') }}
)

select * from accepted
