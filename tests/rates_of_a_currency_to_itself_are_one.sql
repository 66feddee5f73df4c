select
    rate_date,
    from_currency,
    rate
from {{ ref('exchange_rates') }}
where from_currency = to_currency and rate <> 1
