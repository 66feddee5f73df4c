{%- set as_decimal = 'cast({} as decimal(28, 9))' -%}
with satisfaction as (
    select * from {{ ref('int_satisfaction_counted') }}
    where period_type = 'day'
),

orders as (
    select
        channel_code,
        coalesce(region, '(unknown)') as region,
        ordered_date,
        count(*) as order_count
    from {{ ref('int_orders_converted') }}
    where not is_return
    group by channel_code, coalesce(region, '(unknown)'), ordered_date
),

measures as (
    select
        'touches' as metric_code,
        touchpoint_code,
        channel_code,
        region,
        cast(null as {{ text_type() }}) as step_code,
        period_start_date as measured_date,
        {{ as_decimal.format('contact_count') }} as numerator,
        cast(null as bigint) as denominator,
        {{ as_decimal.format('null') }} as square_sum
    from {{ ref('int_contacts_counted') }}
    where period_type = 'day'
    union all
    select
        'orders' as metric_code,
        cast(null as {{ text_type() }}) as touchpoint_code,
        channel_code,
        region,
        cast(null as {{ text_type() }}) as step_code,
        ordered_date as measured_date,
        {{ as_decimal.format('order_count') }} as numerator,
        cast(null as bigint) as denominator,
        {{ as_decimal.format('null') }} as square_sum
    from orders
    {%- for metric, numerator, denominator in [
        ('complaints', 'complaint_count', 'cast(null as bigint)'),
        ('csat', 'csat_satisfied_count', 'csat_response_count'),
        ('service_level', 'service_level_met_count', 'service_level_due_count'),
    ] %}
    union all
    select
        '{{ metric }}' as metric_code,
        touchpoint_code,
        channel_code,
        region,
        cast(null as {{ text_type() }}) as step_code,
        period_start_date as measured_date,
        {{ as_decimal.format(numerator) }} as numerator,
        {{ denominator }} as denominator,
        {{ as_decimal.format('null') }} as square_sum
    from satisfaction
    {%- endfor %}
    union all
    select
        'sentiment' as metric_code,
        touchpoint_code,
        channel_code,
        region,
        cast(null as {{ text_type() }}) as step_code,
        period_start_date as measured_date,
        {{ as_decimal.format('text_count * mean_sentiment') }} as numerator,
        text_count as denominator,
        {{ as_decimal.format('text_count * square_mean') }} as square_sum
    from {{ ref('int_sentiment_counted') }}
    where period_type = 'day'
    union all
    -- on the day on which the last of the day's entries has had its time
    select
        'funnel_step' as metric_code,
        cast(null as {{ text_type() }}) as touchpoint_code,
        cast(null as {{ text_type() }}) as channel_code,
        cast(null as {{ text_type() }}) as region,
        funnel_code || ':' || cast(step_number as {{ text_type() }}) as step_code,
        cast(period_start_date + window_days * interval '1' day as date)
            as measured_date,
        {{ as_decimal.format('arrived_count - lost_count') }} as numerator,
        arrived_count as denominator,
        {{ as_decimal.format('null') }} as square_sum
    from {{ ref('int_funnel_losses_counted') }}
    where period_type = 'day'
)

select *
from measures
where numerator > 0 or denominator > 0
