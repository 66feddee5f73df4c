{%- set own = ('complained_order_count', 'order_count') -%}
{%- set other = ('other_complained_order_count', 'other_order_count') -%}
{%- set as_double = 'cast({} as ' ~ double_type() ~ ')' -%}
with batches as (
    select * from {{ ref('int_batches_observed') }}
),

alerts as (
    select * from {{ ref('int_batches_alerted') }}
),

counted as (
    select * from {{ ref('int_batches_counted') }}
),

measured as (
    select
        *,
        {{ published_rate(own[0], own[1]) }} as complaint_rate,
        {{ published(wilson_low(own[0], own[1]), own[1]) }} as complaint_rate_low,
        {{ published(wilson_high(own[0], own[1]), own[1]) }} as complaint_rate_high,
        {{ published_rate(other[0], other[1]) }} as other_complaint_rate,
        {{ published(wilson_low(other[0], other[1]), other[1]) }}
            as other_complaint_rate_low,
        {{ published(wilson_high(other[0], other[1]), other[1]) }}
            as other_complaint_rate_high
    from counted
),

-- of a ratio of two shares the logarithm is nearly normal; without a complaint on either
-- side it has no spread that could be told
compared as (
    select
        *,
        case
            when complaint_rate > 0 and other_complaint_rate > 0
                then complaint_rate / other_complaint_rate
        end as complaint_lift,
        {{ normal_95() }} * sqrt(greatest(
            0,
            1 / nullif({{ as_double.format(own[0]) }}, 0)
            - 1 / nullif({{ as_double.format(own[1]) }}, 0)
            + 1 / nullif({{ as_double.format(other[0]) }}, 0)
            - 1 / nullif({{ as_double.format(other[1]) }}, 0)
        )) as lift_margin
    from measured
)

select
    batches.batch_no,
    batches.item_id,
    batches.line_id,
    batches.plant,
    batches.quantity,
    batches.produced_at,
    batches.is_recorded,
    batches.anomaly_count,
    batches.critical_anomaly_count,
    batches.leading_anomaly,
    batches.first_anomaly_at,
    alerts.usual_anomalies,
    alerts.anomaly_threshold,
    alerts.alerted_at is not null as is_alerted,
    alerts.alerted_at,
    compared.delivery_count,
    compared.order_count,
    compared.user_count,
    compared.first_delivered_at,
    compared.complaint_count,
    cast(compared.complaint_weight as {{ double_type() }}) as complaint_weight,
    compared.first_complaint_at,
    compared.complaint_peak_date,
    compared.complained_order_count,
    compared.complaint_rate,
    compared.complaint_rate_low,
    compared.complaint_rate_high,
    compared.other_complained_order_count,
    compared.other_order_count,
    compared.other_complaint_rate,
    compared.other_complaint_rate_low,
    compared.other_complaint_rate_high,
    compared.complaint_lift,
    compared.complaint_lift * exp(-compared.lift_margin) as complaint_lift_low,
    compared.complaint_lift * exp(compared.lift_margin) as complaint_lift_high,
    coalesce(
        compared.complaint_rate_low > compared.other_complaint_rate_high, false
    ) as is_complaint_alerted,
    {{ is_suppressed('compared.order_count') }} as is_suppressed
from batches
inner join alerts on batches.batch_no = alerts.batch_no
inner join compared on batches.batch_no = compared.batch_no
