-- Every metric but a median has both ends of its interval or is withheld; shares lie in 0–1, their differences in -1–1.
with measured as (
    select
        metric_values.metric_code,
        metric_values.channel_code,
        metric_values.period_start_date,
        metric_values.sample_size,
        metric_values.value,
        metric_values.low,
        metric_values.high,
        metric_values.is_suppressed,
        definitions.interval_method,
        case definitions.interval_method
            when 'newcombe' then -1
            else 0
        end as lowest
    from {{ ref('metric_values') }} as metric_values
    inner join {{ ref('metric_definitions') }} as definitions
        on metric_values.metric_code = definitions.metric_code
)

select *
from measured
where
    value < lowest
    or low < lowest
    or low > value
    or high < value
    or (interval_method in ('wilson', 'newcombe') and high > 1)
    or (interval_method <> 'none' and (value is null) <> (low is null))
    or (interval_method <> 'none' and (value is null) <> (high is null))
    or is_suppressed <> (sample_size < {{ var('min_sample') }})
    or is_suppressed <> (value is null)
