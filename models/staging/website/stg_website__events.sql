with records as (
    select * from {{ ref('base_website__events') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('website', 'events') }} as record_hash,
        event_id,
        {{ unerased('visitor_id') }} as visitor_id,
        {{ unerased('member_no') }} as member_no,
        {{ unerased('phone') }} as phone,
        {{ unerased('email') }} as email,
        {{ public_text('clicked_item_id') }} as clicked_item_id,
        {{ public_text('item_id') }} as item_id,
        order_no,
        {{ public_text('lower(event_name)') }} as event_name,
        {{ unerased('page_url') }} as page_url,
        {{ unerased('referrer_url') }} as referrer_url,
        utm_source,
        utm_medium,
        {{ public_text('utm_campaign') }} as utm_campaign,
        {{ retained_text('website', 'events', 'search_term') }} as search_term,
        user_agent,
        {{ unerased('ip') }} as ip,
        result_count,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('website', 'events') }}
)

select * from accepted
