with sums as (
    select * from {{ ref('int_metric_sums') }}
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

shares as (
    select
        sums.*,
        definitions.interval_method,
        case
            when definitions.interval_method = 'wilson' then sums.denominator
            else sums.unit_count
        end as sample_size,
        {{ ratio('sums.numerator', 'sums.denominator') }} as ratio,
        case
            when definitions.interval_method = 'person_sums'
                then {{ ratio_margin('sums') }}
        end as margin,
        -- of other ratios, which may exceed 1, it has no meaning
        case
            when definitions.interval_method = 'wilson'
                then {{ wilson_low('sums.numerator', 'sums.denominator') }}
        end as wilson_low,
        case
            when definitions.interval_method = 'wilson'
                then {{ wilson_high('sums.numerator', 'sums.denominator') }}
        end as wilson_high
    from sums
    inner join definitions on sums.metric_code = definitions.metric_code
),

held_out as (
    select * from shares
    where metric_code = 'push_holdout_rate'
),

-- Newcombe: the distances of two shares from the ends of their own intervals, squared, add up
differences as (
    select
        treated.*,
        held_out.numerator as comparison_numerator,
        held_out.denominator as comparison_denominator,
        held_out.ratio as comparison_ratio,
        sqrt(
            power(treated.ratio - treated.wilson_low, 2)
            + power(held_out.wilson_high - held_out.ratio, 2)
        ) as margin_below,
        sqrt(
            power(treated.wilson_high - treated.ratio, 2)
            + power(held_out.ratio - held_out.wilson_low, 2)
        ) as margin_above
    from shares as treated
    inner join held_out
        on
            treated.channel_code = held_out.channel_code
            and treated.period_type = held_out.period_type
            and coalesce(treated.period_start_date, date '1900-01-01')
            = coalesce(held_out.period_start_date, date '1900-01-01')
    where treated.metric_code = 'push_target_rate'
),

unioned as (
    select
        metric_code,
        channel_code,
        period_type,
        period_start_date,
        numerator,
        denominator,
        cast(null as bigint) as comparison_numerator,
        cast(null as bigint) as comparison_denominator,
        sample_size,
        ratio as value,
        case
            when interval_method = 'wilson' then wilson_low
            else greatest(0, ratio - margin)
        end as low,
        case
            when interval_method = 'wilson' then wilson_high
            else ratio + margin
        end as high
    from shares
    union all
    select
        'push_incremental' as metric_code,
        channel_code,
        period_type,
        period_start_date,
        numerator,
        denominator,
        comparison_numerator,
        comparison_denominator,
        least(denominator, comparison_denominator) as sample_size,
        ratio - comparison_ratio as value,
        ratio - comparison_ratio - margin_below as low,
        ratio - comparison_ratio + margin_above as high
    from differences
    union all
    select
        metric_code,
        channel_code,
        period_type,
        period_start_date,
        cast(null as bigint) as numerator,
        denominator,
        cast(null as bigint) as comparison_numerator,
        cast(null as bigint) as comparison_denominator,
        denominator as sample_size,
        median_value as value,
        cast(null as {{ double_type() }}) as low,
        cast(null as {{ double_type() }}) as high
    from {{ ref('int_metric_medians') }}
)

select
    metric_code,
    channel_code,
    '(all)' as touchpoint_code,
    period_type,
    period_start_date,
    numerator,
    denominator,
    comparison_numerator,
    comparison_denominator,
    sample_size,
    {{ published('value', 'sample_size') }} as value,
    {{ published('low', 'sample_size') }} as low,
    {{ published('high', 'sample_size') }} as high,
    {{ is_suppressed('sample_size') }} as is_suppressed
from unioned
