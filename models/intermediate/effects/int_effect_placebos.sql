with estimates as (
    select * from {{ ref('int_effect_estimates') }}
    where split_number > 0 and is_enough
)

select
    action_key,
    count(*) as placebo_count,
    count(case when effect_low > 0 or effect_high < 0 then 1 end) as placebo_hit_count,
    max(abs(effect)) as largest_placebo
from estimates
group by action_key
