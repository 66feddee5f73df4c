{{ config(materialized='view') }}
select
    rule_code,
    rule_name,
    rule_name_zh,
    kind,
    metric_code,
    grain,
    direction,
    cast(threshold as {{ double_type() }}) as threshold,
    min_count,
    window_days,
    -- whole weeks, so that windows do not overlap and end on the same weekday
    window_days + 6 - (window_days + 6) % 7 as step_days,
    case
        when metric_code in ('csat', 'service_level', 'funnel_step') then 'share'
        when metric_code = 'sentiment' then 'mean'
        else 'count'
    end as unit,
    severity
from {{ ref('alert_rules') }}
where {{ of_this_industry() }}
