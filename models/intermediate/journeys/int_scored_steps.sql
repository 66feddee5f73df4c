{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_score_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_score_inputs')) }}"
) }}
{%- set levels = ['channel', 'touchpoint'] %}
with scores as (
    select * from {{ ref('int_journey_scores') }}
    where {{ is_affected('user_key') }}
),

judged as (
    select * from {{ ref('int_judged_touches') }}
    where {{ is_affected('user_key') }}
),

stretches as (
    select distinct stretch_key
    from scores
),

steps as (
    select steps.*
    from {{ ref('int_journey_steps') }} as steps
    inner join stretches on steps.stretch_key = stretches.stretch_key
    where {{ is_affected('steps.user_key') }}
),

level_steps as (
    {%- for level in levels %}
    select
        stretch_key,
        '{{ level }}' as level,
        occurred_at
    from steps
    where is_{{ level }}_step
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    scores.goal_code,
    scores.user_key,
    scores.record_key,
    judged.level,
    judged.code,
    judged.preceding_code,
    judged.is_preceding_unanswered,
    scores.is_satisfied,
    scores.score_scaled,
    count(level_steps.stretch_key) + 1 as step_number
from scores
inner join judged on scores.record_key = judged.record_key
left join level_steps
    on
        scores.stretch_key = level_steps.stretch_key
        and judged.level = level_steps.level
        and judged.judged_at > level_steps.occurred_at
group by
    scores.goal_code,
    scores.user_key,
    scores.record_key,
    judged.level,
    judged.code,
    judged.preceding_code,
    judged.is_preceding_unanswered,
    scores.is_satisfied,
    scores.score_scaled
