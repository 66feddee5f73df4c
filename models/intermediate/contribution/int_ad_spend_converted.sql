with spend as (
    select
        *,
        coalesce(currency_code, '{{ setting("currency") }}') as known_currency_code
    from {{ ref('stg_ads__daily_spend') }}
),

exchange_rates as (
    select * from {{ ref('int_exchange_rates_dated') }}
),

channel_mappings as (
    select * from {{ ref('channel_mappings') }}
    where source_system = 'ads'
),

channels as (
    select channel_code from {{ ref('channels') }}
    where {{ of_this_industry() }}
)

select
    spend.record_key,
    spend.spend_date,
    spend.account,
    -- a word of the mappings, else a channel's own code, else what the row `*` says
    coalesce(
        channel_mappings.channel_code,
        channels.channel_code,
        default_mappings.channel_code
    ) as channel_code,
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
left join channel_mappings
    on lower(spend.channel_code) = channel_mappings.platform
left join channels
    on spend.channel_code = channels.channel_code
left join channel_mappings as default_mappings
    on default_mappings.platform = '*'
left join exchange_rates
    on
        spend.known_currency_code = exchange_rates.currency_code
        and spend.spend_date >= exchange_rates.valid_from
        and (
            spend.spend_date < exchange_rates.valid_until
            or exchange_rates.valid_until is null
        )
