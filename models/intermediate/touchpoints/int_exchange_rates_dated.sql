with exchange_rates as (
    select * from {{ ref('exchange_rates') }}
),

direct_rates as (
    select
        from_currency as currency_code,
        rate_date,
        cast(rate as decimal(18, 8)) as rate
    from exchange_rates
    where to_currency = '{{ setting("currency") }}'
),

inverse_rates as (
    select
        to_currency as currency_code,
        rate_date,
        cast(cast(1 as decimal(18, 8)) / rate as decimal(18, 8)) as rate
    from exchange_rates
    where from_currency = '{{ setting("currency") }}'
),

cross_rates as (
    select
        one.from_currency as currency_code,
        one.rate_date,
        cast(one.rate / other.rate as decimal(18, 8)) as rate
    from exchange_rates as one
    inner join exchange_rates as other
        on
            one.to_currency = other.to_currency
            and one.rate_date = other.rate_date
    where
        other.from_currency = '{{ setting("currency") }}'
        and one.from_currency <> '{{ setting("currency") }}'
),

candidates as (
    select
        currency_code,
        rate_date,
        rate,
        1 as preference
    from direct_rates
    union all
    select
        currency_code,
        rate_date,
        rate,
        2 as preference
    from inverse_rates
    union all
    select
        currency_code,
        rate_date,
        rate,
        3 as preference
    from cross_rates
),

preferred as (
    select
        *,
        row_number() over (
            partition by currency_code, rate_date
            order by preference, rate
        ) as candidate_number
    from candidates
)

select
    currency_code,
    rate_date as valid_from,
    lead(rate_date) over (
        partition by currency_code
        order by rate_date
    ) as valid_until,
    rate
from preferred
where candidate_number = 1
