select
    'channel' as answer_kind,
    channel_code as answer_code,
    channel_name as answer_name,
    channel_name_zh as answer_name_zh
from {{ ref('channels') }}
where {{ of_this_industry() }}
union all
select
    'touchpoint' as answer_kind,
    touchpoint_code as answer_code,
    touchpoint_name as answer_name,
    touchpoint_name_zh as answer_name_zh
from {{ ref('touchpoints') }}
where {{ of_this_industry() }}
union all
-- a step may have a row for each way to reach it
select
    'step' as answer_kind,
    funnels.funnel_code || ':' || cast(steps.step_number as {{ text_type() }})
        as answer_code,
    min(funnels.funnel_name || ' – ' || steps.step_name) as answer_name,
    min(funnels.funnel_name_zh || ' – ' || steps.step_name_zh) as answer_name_zh
from {{ ref('funnel_step_definitions') }} as steps
inner join {{ ref('funnel_definitions') }} as funnels
    on steps.funnel_code = funnels.funnel_code
where
    {{ of_this_industry('steps.industry') }}
    and {{ of_this_industry('funnels.industry') }}
group by funnels.funnel_code, steps.step_number
