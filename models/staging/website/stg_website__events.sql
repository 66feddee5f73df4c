with records as (
    select * from {{ ref('base_website__events') }}
),

accepted as (
    select
        record_key,
        record_hash,
        event_id,
        visitor_id,
        member_no,
        phone,
        email,
        {{ public_text('clicked_item_id') }} as clicked_item_id,
        {{ public_text('item_id') }} as item_id,
        order_no,
        {{ public_text('lower(event_name)') }} as event_name,
        page_url,
        referrer_url,
        utm_source,
        utm_medium,
        {{ public_text('utm_campaign') }} as utm_campaign,
        search_term,
        user_agent,
        ip,
        result_count,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
