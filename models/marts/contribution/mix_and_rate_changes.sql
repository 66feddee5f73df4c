with parts as (
    select * from {{ ref('int_rate_parts') }}
),

-- every month stands in two pairs: as the later one, and as the earlier one of the month after it
sides as (
    select
        metric_code,
        dimension,
        category,
        period_start_date,
        numerator,
        denominator,
        cast(0 as decimal(18, 2)) as previous_numerator,
        cast(0 as bigint) as previous_denominator
    from parts
    union all
    select
        metric_code,
        dimension,
        category,
        cast(period_start_date + interval '1' month as date) as period_start_date,
        cast(0 as decimal(18, 2)) as numerator,
        cast(0 as bigint) as denominator,
        numerator as previous_numerator,
        denominator as previous_denominator
    from parts
),

pairs as (
    select
        metric_code,
        dimension,
        category,
        period_start_date,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(previous_numerator) as previous_numerator,
        sum(previous_denominator) as previous_denominator
    from sides
    group by metric_code, dimension, category, period_start_date
),

totalled as (
    select
        *,
        sum(numerator) over total as total_numerator,
        sum(denominator) over total as total_denominator,
        sum(previous_numerator) over total as previous_total_numerator,
        sum(previous_denominator) over total as previous_total_denominator
    from pairs
    window total as (partition by metric_code, dimension, period_start_date)
),

measured as (
    select
        *,
        {{ ratio('denominator', 'total_denominator') }} as share,
        {{ ratio('previous_denominator', 'previous_total_denominator') }}
            as previous_share,
        {{ ratio('numerator', 'denominator') }} as rate,
        {{ ratio('previous_numerator', 'previous_denominator') }} as previous_rate,
        {{ ratio('total_numerator', 'total_denominator') }} as total_rate,
        {{ ratio('previous_total_numerator', 'previous_total_denominator') }}
            as previous_total_rate
    from totalled
    where total_denominator > 0 and previous_total_denominator > 0
),

-- a category that one of the months lacks had no rate that could change: it is all mix
split as (
    select
        *,
        least(total_denominator, previous_total_denominator) as sample_size,
        (share - previous_share) * (
            (coalesce(rate, previous_rate) + coalesce(previous_rate, rate)) / 2
            - (total_rate + previous_total_rate) / 2
        ) as mix_effect,
        coalesce(rate - previous_rate, 0) * (share + previous_share) / 2 as rate_effect,
        total_rate - previous_total_rate as total_change
    from measured
)

select
    metric_code,
    dimension,
    category,
    period_start_date,
    cast(period_start_date - interval '1' month as date) as previous_period_start_date,
    cast(numerator as decimal(18, 2)) as numerator,
    cast(denominator as bigint) as denominator,
    cast(previous_numerator as decimal(18, 2)) as previous_numerator,
    cast(previous_denominator as bigint) as previous_denominator,
    share,
    previous_share,
    {{ published('mix_effect', 'sample_size') }} as mix_effect,
    {{ published('rate_effect', 'sample_size') }} as rate_effect,
    {{ published('total_change', 'sample_size') }} as total_change,
    {{ is_suppressed('sample_size') }} as is_suppressed
from split
