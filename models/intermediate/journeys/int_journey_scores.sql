{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_score_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_score_inputs')) }}"
) }}
-- the journey that an answer belongs to: the one with the person's last step before it
with scores as (
    select * from {{ ref('int_scores_attributed') }}
    where
        user_key is not null
        and is_satisfied is not null
        and {{ is_affected('user_key') }}
),

steps as (
    select * from {{ ref('int_journey_steps') }}
    where {{ is_affected('user_key') }}
),

journeys as (
    select
        goal_code,
        stretch_key
    from {{ ref('int_journeys') }}
    where {{ is_affected('user_key') }}
),

ranked as (
    select
        journeys.goal_code,
        scores.user_key,
        scores.record_key,
        scores.is_satisfied,
        -- decimals, so that sums do not depend on their order
        cast(scores.score_scaled as decimal(18, 9)) as score_scaled,
        steps.stretch_key,
        row_number() over (
            partition by journeys.goal_code, scores.record_key
            order by steps.occurred_at desc, steps.touchpoint_key desc
        ) as step_rank
    from scores
    inner join steps
        on
            scores.user_key = steps.user_key
            and scores.answered_at >= steps.occurred_at
            and steps.occurred_at
            >= scores.answered_at - {{ var('journey_score_hours') }} * interval '1' hour
    inner join journeys on steps.stretch_key = journeys.stretch_key
)

select
    goal_code,
    user_key,
    record_key,
    is_satisfied,
    score_scaled,
    stretch_key
from ranked
where step_rank = 1
