{%- set levels = ['channel', 'touchpoint'] %}
with scored_steps as (
    select * from {{ ref('int_scored_steps') }}
),

scored_journeys as (
    select * from {{ ref('int_journey_scores') }}
),

journey_paths as (
    select * from {{ ref('int_journey_paths') }}
),

paths as (
    select * from {{ ref('int_paths') }}
),

answers as (
    select
        goal_code,
        level,
        'step' as breakdown,
        step_number,
        cast(null as {{ text_type() }}) as preceding_code,
        cast(null as boolean) as is_preceding_unanswered,
        code,
        cast(null as {{ text_type() }}) as path_id,
        is_satisfied,
        score_scaled
    from scored_steps
    union all
    select
        goal_code,
        level,
        'preceding' as breakdown,
        cast(null as bigint) as step_number,
        preceding_code,
        is_preceding_unanswered,
        code,
        cast(null as {{ text_type() }}) as path_id,
        is_satisfied,
        score_scaled
    from scored_steps
    {%- for level in levels %}
    union all
    select
        scored_journeys.goal_code,
        '{{ level }}' as level,
        'path' as breakdown,
        cast(null as bigint) as step_number,
        cast(null as {{ text_type() }}) as preceding_code,
        cast(null as boolean) as is_preceding_unanswered,
        cast(null as {{ text_type() }}) as code,
        paths.path_id,
        scored_journeys.is_satisfied,
        scored_journeys.score_scaled
    from scored_journeys
    inner join journey_paths
        on scored_journeys.stretch_key = journey_paths.stretch_key
    inner join paths on journey_paths.{{ level }}_path_key = paths.path_key
    {%- endfor %}
),

counted as (
    select
        goal_code,
        level,
        breakdown,
        step_number,
        preceding_code,
        is_preceding_unanswered,
        code,
        path_id,
        count(*) as response_count,
        count(case when is_satisfied then 1 end) as satisfied_count,
        sum(score_scaled) as score_sum
    from answers
    group by
        goal_code,
        level,
        breakdown,
        step_number,
        preceding_code,
        is_preceding_unanswered,
        code,
        path_id
)

select
    goal_code,
    level,
    breakdown,
    step_number,
    preceding_code,
    is_preceding_unanswered,
    code,
    path_id,
    response_count,
    satisfied_count,
    {{ published_share('satisfied_share', 'satisfied_count', 'response_count') }},
    {{ published(ratio('score_sum', 'response_count'), 'response_count') }}
        as mean_score,
    {{ is_suppressed('response_count') }} as is_suppressed
from counted
