with orders as (
    select
        *,
        {{ business_date('ordered_at') }} as ordered_date,
        coalesce(currency_code, '{{ setting("currency") }}') as known_currency_code
    from {{ ref('int_orders_unioned') }}
),

exchange_rates as (
    select * from {{ ref('int_exchange_rates_dated') }}
),

order_statuses as (
    select * from {{ ref('order_statuses') }}
),

channel_mappings as (
    select * from {{ ref('channel_mappings') }}
),

-- an export without any word on payment lists completed orders
silent_platforms as (
    select
        source_system,
        platform
    from orders
    group by source_system, platform
    having max(paid_at) is null and max(status) is null
),

rated as (
    select
        orders.*,
        case
            when orders.known_currency_code = '{{ setting("currency") }}'
                then cast(1 as decimal(18, 8))
            else exchange_rates.rate
        end as rate,
        orders.cancelled_at is not null
        or coalesce(order_statuses.is_cancelled, false) as is_cancelled,
        not orders.is_return
        and (
            orders.paid_at is not null
            or coalesce(order_statuses.is_paid, silent_platforms.platform is not null)
        ) as has_payment,
        coalesce(
            orders.refund_amount,
            case when orders.refunded_at is not null then orders.amount else 0 end
        ) as landed_refund,
        coalesce(
            channel_mappings.channel_code, default_mappings.channel_code
        ) as channel_code
    from orders
    left join exchange_rates
        on
            orders.known_currency_code = exchange_rates.currency_code
            and orders.ordered_date >= exchange_rates.valid_from
            and (
                orders.ordered_date < exchange_rates.valid_until
                or exchange_rates.valid_until is null
            )
    left join order_statuses on orders.status = order_statuses.raw_status
    left join silent_platforms
        on
            orders.source_system = silent_platforms.source_system
            and orders.platform = silent_platforms.platform
    left join channel_mappings
        on
            orders.source_system = channel_mappings.source_system
            and orders.platform = channel_mappings.platform
    left join channel_mappings as default_mappings
        on
            orders.source_system = default_mappings.source_system
            and default_mappings.platform = '*'
),

converted as (
    select
        *,
        has_payment and not is_cancelled as is_paid,
        {{ converted_amount('case when is_return then 0 else amount end', 'rate') }}
            as gross_amount,
        {{ converted_amount(
            'case when is_return then amount else landed_refund end', 'rate'
        ) }} as refund_amount_converted,
        -- in the order's own currency: no rate is asked, and no cent rounded; a status that says so is believed
        -- without an amount, too
        coalesce(is_refund_stated, false)
        or (not is_return and landed_refund > 0 and landed_refund >= amount)
            as is_refunded_in_full
    from rated
)

select
    order_key,
    source_system,
    source_table,
    platform,
    channel_code,
    order_no,
    identifier_set_key,
    ordered_at,
    ordered_date,
    paid_at,
    cancelled_at,
    refunded_at,
    known_currency_code as currency_code,
    amount as landed_amount,
    gross_amount,
    refund_amount_converted as refund_amount,
    cast(case
        when is_paid or is_return then gross_amount - refund_amount_converted
        when gross_amount is not null then 0
    end as decimal(18, 2)) as net_amount,
    is_paid,
    is_cancelled,
    is_return,
    is_refunded_in_full,
    campaign,
    region
from converted
