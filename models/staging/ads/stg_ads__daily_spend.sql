with records as (
    select * from {{ ref('base_ads__daily_spend') }}
),

accepted as (
    select
        record_key,
        record_hash,
        {{ public_text('channel_code') }} as channel_code,
        account,
        {{ public_text('campaign') }} as campaign,
        {{ public_text('upper(currency)') }} as currency_code,
        cost,
        impressions,
        clicks,
        spend_date,
        loaded_at
    from records
    where record_status = 'accepted' and {{ is_retained('ads', 'daily_spend') }}
)

select * from accepted
