-- shares beyond a fixed threshold: how unlikely they are if the true share is the threshold
with windows as (
    select * from {{ ref('int_alert_windows') }}
    where kind in ('threshold', 'sla') and denominator >= min_count
),

judged as (
    select
        *,
        case when direction = 'up' then 1 else -1 end
        * 2 * sqrt(denominator + 0.5)
        * (level - asin(sqrt(threshold))) as deviation
    from windows
)

select
    series_key,
    rule_code,
    day_number,
    observed,
    threshold as expected,
    {{ wilson_low('numerator', 'denominator') }} as low,
    {{ wilson_high('numerator', 'denominator') }} as high,
    case
        when deviation >= 0 then {{ normal_tail('deviation') }}
        else 1 - ({{ normal_tail('(-deviation)') }})
    end as p_value,
    deviation > 0 as is_relevant
from judged
