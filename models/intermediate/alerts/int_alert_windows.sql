{%- set as_double = 'cast({} as ' ~ double_type() ~ ')' -%}
-- every day of a series from its first one on: what its window of days holds
with series as (
    select * from {{ ref('int_alert_series') }}
),

days as (
    select * from {{ ref('int_alert_days') }}
),

rules as (
    select * from {{ ref('int_alert_rules') }}
),

series_begun as (
    select
        series_key,
        rule_code,
        min(day_number) as first_day_number
    from series
    group by series_key, rule_code
),

-- with digits to spare: of a difference of 38 digits Spark keeps fewer
summed as (
    select
        series_begun.series_key,
        series_begun.rule_code,
        series_begun.first_day_number,
        days.day_number,
        cast(sum(coalesce(series.numerator, 0)) over so_far as decimal(28, 9))
            as numerator,
        sum(coalesce(series.denominator, 0)) over so_far as denominator,
        cast(sum(coalesce(series.square_sum, 0)) over so_far as decimal(28, 9))
            as square_sum
    from series_begun
    inner join days on series_begun.first_day_number <= days.day_number
    left join series
        on
            series_begun.series_key = series.series_key
            and days.day_number = series.day_number
    window so_far as (
        partition by series_begun.series_key
        order by days.day_number
        rows between unbounded preceding and current row
    )
),

windows as (
    select
        summed.series_key,
        summed.rule_code,
        summed.day_number,
        rules.kind,
        rules.unit,
        rules.direction,
        rules.threshold,
        rules.min_count,
        rules.step_days,
        {{ as_double.format('summed.numerator - coalesce(earlier.numerator, 0)') }}
            as numerator,
        {{ as_double.format('summed.denominator - coalesce(earlier.denominator, 0)') }}
            as denominator,
        {{ as_double.format('summed.square_sum - coalesce(earlier.square_sum, 0)') }}
            as square_sum
    from summed
    inner join rules on summed.rule_code = rules.rule_code
    left join summed as earlier
        on
            summed.series_key = earlier.series_key
            and summed.day_number - rules.window_days = earlier.day_number
    where summed.day_number - summed.first_day_number + 1 >= rules.window_days
)

-- on the scale of `level` chance has the same size whatever is usual: 1 for counts, 1 ÷ 4n for shares
select
    *,
    case unit
        when 'count' then numerator
        else numerator / nullif(denominator, 0)
    end as observed,
    case unit
        when 'count' then 2 * sqrt(numerator + 0.375)
        when 'share' then asin(sqrt((numerator + 0.375) / (denominator + 0.75)))
        else numerator / nullif(denominator, 0)
    end as level
from windows
where unit = 'count' or denominator > 0
