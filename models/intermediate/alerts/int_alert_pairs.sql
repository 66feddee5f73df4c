with windows as (
    select * from {{ ref('int_alert_windows') }}
    where kind in ('change', 'funnel_drop', 'sentiment')
),

weeks as (
    {%- for week in range(1, var('alert_baseline_weeks') + 1) %}
    select {{ week }} as week_number
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

pairs as (
    select
        windows.series_key,
        windows.day_number,
        weeks.week_number,
        windows.day_number - windows.step_days * weeks.week_number
            as earlier_day_number
    from windows
    cross join weeks
)

select
    pairs.series_key,
    pairs.day_number,
    pairs.week_number,
    earlier.numerator,
    earlier.denominator,
    earlier.square_sum,
    earlier.observed,
    earlier.level
from pairs
inner join windows as earlier
    on
        pairs.series_key = earlier.series_key
        and pairs.earlier_day_number = earlier.day_number
