with records as (
    select * from {{ ref('base_crm__activities') }}
),

accepted as (
    select
        record_key,
        record_hash,
        activity_id,
        contact_id,
        member_no,
        phone,
        email,
        order_no,
        {{ public_text('lower(activity_type)') }} as activity_type,
        {{ public_text('upper(currency)') }} as currency_code,
        {{ public_text('region') }} as region,
        outcome,
        amount,
        event_time as occurred_at,
        responded_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
