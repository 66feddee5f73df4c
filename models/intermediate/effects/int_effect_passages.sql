with metrics as (
    select distinct
        metric_code,
        funnel_code,
        from_step,
        to_step,
        outcome_days
    from {{ ref('int_effect_actions') }}
    where fault is null and metric_kind = 'passage'
),

funnels as (
    select distinct
        funnel_number,
        funnel_code
    from {{ ref('int_funnel_step_rules') }}
),

entries as (
    select * from {{ ref('int_funnel_entries') }}
),

steps as (
    select * from {{ ref('int_funnel_entry_steps') }}
),

contexts as (
    select * from {{ ref('int_funnel_contexts') }}
),

entered as (
    select
        metrics.metric_code,
        metrics.to_step,
        entries.funnel_number,
        entries.entry_key,
        entries.user_key,
        entries.entry_context_key,
        entries.entered_at,
        entries.entered_at + metrics.outcome_days * interval '1' day as ends_at
    from metrics
    inner join funnels on metrics.funnel_code = funnels.funnel_code
    inner join entries on funnels.funnel_number = entries.funnel_number
    inner join steps
        on
            entries.funnel_number = steps.funnel_number
            and entries.entry_key = steps.entry_key
            and metrics.from_step = steps.step_number
            and entries.entered_at
            + metrics.outcome_days * interval '1' day >= steps.reached_at
)

select
    entered.metric_code,
    entered.user_key as unit_key,
    entered.user_key,
    {{ business_date('entered.entered_at') }} as observed_date,
    cast(null as {{ text_type() }}) as touchpoint_code,
    contexts.channel_code,
    contexts.region,
    cast(
        case when steps.reached_at <= entered.ends_at then 1 else 0 end
        as {{ double_type() }}
    ) as numerator,
    cast(1 as {{ double_type() }}) as denominator
from entered
left join steps
    on
        entered.funnel_number = steps.funnel_number
        and entered.entry_key = steps.entry_key
        and entered.to_step = steps.step_number
left join contexts on entered.entry_context_key = contexts.context_key
