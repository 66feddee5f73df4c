with spend as (
    select
        *,
        coalesce(currency_code, '{{ setting("currency") }}') as known_currency_code
    from {{ ref('stg_ads__daily_spend') }}
),

exchange_rates as (
    select * from {{ ref('int_exchange_rates_dated') }}
)

select
    spend.record_key,
    spend.spend_date,
    spend.account,
    spend.channel_code,
    spend.campaign,
    spend.impressions,
    spend.clicks,
    spend.known_currency_code as currency_code,
    {{ converted_amount(
        'spend.cost',
        "case when spend.known_currency_code = '" ~ setting("currency") ~ "'"
        ~ ' then cast(1 as decimal(18, 8)) else exchange_rates.rate end'
    ) }} as cost
from spend
left join exchange_rates
    on
        spend.known_currency_code = exchange_rates.currency_code
        and spend.spend_date >= exchange_rates.valid_from
        and (
            spend.spend_date < exchange_rates.valid_until
            or exchange_rates.valid_until is null
        )
