with counted as (
    select * from {{ ref('int_associations_counted') }}
),

measured as (
    select
        *,
        least(exposed_count, other_count) as sample_size,
        {{ ratio(
            'exposed_reached_count * other_count', '(other_reached_count * exposed_count)'
        ) }} as lift,
        -- on the logarithm of the lift; without anyone who reached it there is none
        {{ normal_95() }} * sqrt(
            1.0 / nullif(exposed_reached_count, 0) - 1.0 / nullif(exposed_count, 0)
            + 1.0 / nullif(other_reached_count, 0) - 1.0 / nullif(other_count, 0)
        ) as log_half_width
    from counted
)

select
    outcome_code,
    factor_code,
    exposed_count,
    exposed_reached_count,
    {{ published_share('exposed_rate', 'exposed_reached_count', 'exposed_count') }},
    other_count,
    other_reached_count,
    {{ published_share('other_rate', 'other_reached_count', 'other_count') }},
    {{ published('lift', 'sample_size') }} as lift,
    {{ published('lift * exp(-log_half_width)', 'sample_size') }} as low,
    {{ published('lift * exp(log_half_width)', 'sample_size') }} as high,
    {{ is_suppressed('sample_size') }} as is_suppressed
from measured
