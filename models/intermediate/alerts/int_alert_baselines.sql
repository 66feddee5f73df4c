-- the same weekday in the weeks before: median, and how far the weeks lie from it
with pairs as (
    select * from {{ ref('int_alert_pairs') }}
),

middles as (
    select * from {{ ref('int_alert_middles') }}
),

deviations as (
    select
        pairs.series_key,
        pairs.day_number,
        {{ quantile('abs(pairs.level - middles.middle_level)', 0.5) }}
            as median_deviation
    from pairs
    inner join middles
        on
            pairs.series_key = middles.series_key
            and pairs.day_number = middles.day_number
    group by pairs.series_key, pairs.day_number
),

joined as (
    select
        middles.*,
        -- decimals, so that sums do not depend on their order
        cast(deviations.median_deviation as decimal(18, 9)) as median_deviation
    from middles
    inner join deviations
        on
            middles.series_key = deviations.series_key
            and middles.day_number = deviations.day_number
)

-- eight weeks tell little of how much a series varies: what they told on the days before counts too
select
    series_key,
    day_number,
    numerator,
    denominator,
    square_sum,
    expected,
    middle_level,
    cast(sum(median_deviation) over recent as {{ double_type() }})
    / count(*) over recent as median_deviation,
    count(*) over recent as told_day_count
from joined
window recent as (
    partition by series_key
    order by day_number
    rows between {{ var('alert_spread_days') | int - 1 }} preceding and current row
)
