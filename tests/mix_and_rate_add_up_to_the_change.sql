-- Of every pair of months; each category's shares add up to one, and one that a month lacks has no rate effect.
with sums as (
    select
        metric_code,
        dimension,
        period_start_date,
        sum(mix_effect + rate_effect) as explained,
        min(total_change) as least_change,
        max(total_change) as greatest_change,
        count(*) as category_count,
        count(total_change) as shown_count,
        sum(share) as share,
        sum(previous_share) as previous_share,
        cast(sum(numerator) as {{ double_type() }}) / sum(denominator) as rate,
        cast(sum(previous_numerator) as {{ double_type() }})
        / sum(previous_denominator) as previous_rate,
        max(
            case
                when denominator = 0 or previous_denominator = 0
                    then abs(rate_effect)
            end
        ) as effect_without_rate
    from {{ ref('mix_and_rate_changes') }}
    group by metric_code, dimension, period_start_date
)

select *
from sums
where
    abs(explained - (rate - previous_rate))
    > 0.000000000001 * greatest(1, abs(rate), abs(previous_rate))
    or abs(least_change - (rate - previous_rate))
    > 0.000000000001 * greatest(1, abs(rate), abs(previous_rate))
    or least_change <> greatest_change
    or shown_count not in (0, category_count)
    or abs(share - 1) > 0.000000000001
    or abs(previous_share - 1) > 0.000000000001
    or effect_without_rate <> 0
