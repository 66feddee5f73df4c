with records as (
    select * from {{ ref('base_crm__activities') }}
),

accepted as (
    select
        record_key,
        record_hash,
        activity_id,
        {{ unerased('contact_id') }} as contact_id,
        {{ unerased('member_no') }} as member_no,
        {{ unerased('phone') }} as phone,
        {{ unerased('email') }} as email,
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
    where {{ is_handed_on('crm', 'activities') }}
)

select * from accepted
