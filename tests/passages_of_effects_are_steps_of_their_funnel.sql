-- A passage is measured from one step of a funnel to another: both must be steps that the funnel of this industry has.
with steps as (
    select distinct
        funnel_code,
        step_number
    from {{ ref('int_funnel_step_rules') }}
    where step_kind <> 'exclusion'
)

select
    metrics.metric_code,
    metrics.funnel_code,
    metrics.from_step,
    metrics.to_step
from {{ ref('effect_metrics') }} as metrics
left join steps as entered
    on
        metrics.funnel_code = entered.funnel_code
        and metrics.from_step = entered.step_number
left join steps as reached
    on
        metrics.funnel_code = reached.funnel_code
        and metrics.to_step = reached.step_number
where
    {{ of_this_industry('metrics.industry') }}
    and metrics.metric_kind = 'passage'
    and (entered.step_number is null or reached.step_number is null)
