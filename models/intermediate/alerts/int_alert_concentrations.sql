{%- set as_double = 'cast({} as ' ~ double_type() ~ ')' -%}
-- as complaint_concentration, day by day: given how many complain at all, whether one lies in the region is one yes or no
with complaints as (
    select * from {{ ref('int_alert_complaints') }}
),

orders as (
    select
        *,
        sum(order_count) over (partition by rule_code, day_number) as all_order_count
    from {{ ref('int_alert_orders') }}
),

rules as (
    select * from {{ ref('int_alert_rules') }}
),

cells as (
    select
        complaints.rule_code,
        complaints.touchpoint_code,
        complaints.region,
        complaints.day_number,
        {{ as_double.format('complaints.complainant_count') }} as observed,
        sum({{ as_double.format('complaints.complainant_count') }}) over (
            partition by
                complaints.rule_code, complaints.touchpoint_code, complaints.day_number
        ) as total,
        {{ ratio('orders.order_count', 'orders.all_order_count') }} as order_share
    from complaints
    inner join orders
        on
            complaints.rule_code = orders.rule_code
            and complaints.region = orders.region
            and complaints.day_number = orders.day_number
),

judged as (
    select
        cells.*,
        rules.threshold,
        rules.min_count,
        cells.total * cells.order_share as expected,
        asin(sqrt(cells.order_share)) as usual_level,
        2 * sqrt(cells.total + 0.5) * (
            asin(sqrt((cells.observed + 0.375) / (cells.total + 0.75)))
            - asin(sqrt(cells.order_share))
        ) as deviation
    from cells
    inner join rules on cells.rule_code = rules.rule_code
    where
        cells.total >= {{ var('min_sample') }}
        and cells.order_share > 0
        and cells.order_share < 1
)

select
    {{ hash64("rule_code || '|' || touchpoint_code || '/' || region") }} as series_key,
    rule_code,
    touchpoint_code,
    region,
    day_number,
    observed,
    expected,
    total * power(sin(greatest(
        0, usual_level - {{ normal_95() }} / (2 * sqrt(total))
    )), 2) as low,
    total * power(sin(least(
        1.5707963267948966, usual_level + {{ normal_95() }} / (2 * sqrt(total))
    )), 2) as high,
    case
        when deviation >= 0 then {{ normal_tail('deviation') }}
        else 1 - ({{ normal_tail('(-deviation)') }})
    end as p_value,
    observed >= min_count
    and observed - expected
    >= {{ var('concentration_min_z') }} * sqrt(expected * (1 - order_share))
    and observed >= threshold * expected as is_relevant
from judged
