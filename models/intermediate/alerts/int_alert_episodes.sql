{%- set hold = var('alert_hold_days') -%}
-- an alert opens on its first breach, and closes once there has been none for some days
with breaches as (
    select * from {{ ref('int_alert_tests') }}
    where is_breached
),

followed as (
    select
        *,
        case
            when
                day_number - lag(day_number) over (
                    partition by series_key
                    order by day_number
                ) <= {{ hold }}
                then 0
            else 1
        end as is_first
    from breaches
),

numbered as (
    select
        *,
        sum(is_first) over (
            partition by series_key
            order by day_number
            rows between unbounded preceding and current row
        ) as episode_number
    from followed
),

placed as (
    select
        *,
        row_number() over (
            partition by series_key, episode_number
            order by day_number
        ) as episode_day
    from numbered
)

select
    series_key,
    rule_code,
    {%- for column in ['observed', 'expected', 'low', 'high', 'p_value', 'q_value'] %}
    min(case when episode_day = 1 then {{ column }} end) as {{ column }},
    {%- endfor %}
    min(day_number) as first_day_number,
    max(day_number) as last_day_number,
    count(*) as breach_day_count
from placed
group by series_key, rule_code, episode_number
