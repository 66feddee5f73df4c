with steps as (
    select * from {{ ref('funnel_steps') }}
    where attribution = 'entry'
),

passages as (
    select * from {{ ref('int_funnel_passages_benchmarked') }}
),

mean_values as (
    select
        funnel_code,
        cast(sum(value) as {{ double_type() }}) / count(value) as mean_value
    from {{ ref('fct_funnel_entries') }}
    where value is not null and is_mature
    group by funnel_code
),

compared as (
    select
        steps.*,
        case when not steps.is_suppressed then passages.benchmark_rate end
            as benchmark_rate,
        -- to nine digits: what is equal but for its last bits shall not be ranked by them
        case
            when steps.is_suppressed then null
            when passages.benchmark_rate > steps.conversion_from_previous
                then
                    cast(cast(
                        passages.benchmark_rate - steps.conversion_from_previous
                        as decimal(18, 9)
                    ) as {{ double_type() }})
            else 0
        end as gap,
        passages.later_rate,
        mean_values.mean_value
    from steps
    inner join passages
        on
            steps.funnel_code = passages.funnel_code
            and steps.breakdown = passages.breakdown
            and steps.breakdown_value = passages.breakdown_value
            and steps.step_number = passages.step_number
    left join mean_values on steps.funnel_code = mean_values.funnel_code
),

scored as (
    select
        *,
        previous_entry_count * gap * later_rate as recoverable_conversions,
        cast(
            previous_entry_count * gap * later_rate * mean_value as decimal(18, 2)
        ) as recoverable_value
    from compared
),

ranked as (
    select
        *,
        row_number() over (
            partition by funnel_code, breakdown, is_suppressed
            order by
                -- where conversions bring less than nothing, none to be won counts more than another
                case when mean_value > 0 then recoverable_value end desc nulls last,
                recoverable_conversions desc nulls last,
                step_number asc,
                breakdown_value asc
        ) as place
    from scored
)

select
    funnel_code,
    breakdown,
    breakdown_value,
    step_number,
    step_name,
    previous_entry_count,
    previous_user_count,
    entry_count,
    conversion_from_previous,
    conversion_from_previous_low,
    conversion_from_previous_high,
    benchmark_rate,
    gap,
    case when not is_suppressed then later_rate end as later_conversion,
    recoverable_conversions,
    cast(mean_value as decimal(18, 2)) as mean_value,
    recoverable_value,
    case when not is_suppressed then cast(place as integer) end as bottleneck_rank,
    is_suppressed
from ranked
