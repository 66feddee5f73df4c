-- What is no person, and no month of one, is on one channel in one month: all of them together are the sum.
with metric_values as (
    select
        metric_values.metric_code,
        metric_values.channel_code,
        metric_values.period_type,
        metric_values.period_start_date,
        coalesce(metric_values.numerator, 0) as numerator,
        metric_values.denominator
    from {{ ref('metric_values') }} as metric_values
    inner join {{ ref('metric_definitions') }} as definitions
        on metric_values.metric_code = definitions.metric_code
    where
        definitions.unit in ('session', 'episode', 'visit', 'send')
        and definitions.interval_method <> 'newcombe'
),

sums as (
    select
        metric_code,
        sum(
            case
                when channel_code = '(all)' and period_type = 'all' then numerator
            end
        ) as total_numerator,
        sum(
            case
                when channel_code = '(all)' and period_type = 'all' then denominator
            end
        ) as total_denominator,
        sum(
            case
                when channel_code <> '(all)' and period_type = 'month' then numerator
            end
        ) as part_numerator,
        sum(
            case
                when channel_code <> '(all)' and period_type = 'month' then denominator
            end
        ) as part_denominator
    from metric_values
    group by metric_code
)

select *
from sums
where
    total_numerator <> part_numerator
    or total_denominator <> part_denominator
    or total_denominator is null
    or part_denominator is null
