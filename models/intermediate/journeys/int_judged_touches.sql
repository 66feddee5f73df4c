{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_score_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_score_inputs')) }}"
) }}
{%- set levels = ['channel', 'touchpoint'] %}
-- the touch that an answer judges, and what came before it
with scores as (
    select * from {{ ref('int_scores_attributed') }}
    where
        user_key is not null
        and is_satisfied is not null
        and {{ is_affected('user_key') }}
),

-- what an answer may judge, and what came before that
respondents as (
    select
        user_key,
        min(answered_at)
        - {{ 2 * var('journey_score_hours') }} * interval '1' hour as touched_from,
        max(answered_at) as touched_until
    from scores
    group by user_key
),

contacts as (
    select
        record_key,
        answered_at,
        is_measured
    from {{ ref('int_contacts_linked') }}
),

-- answering is no step of its own
definitions as (
    select * from {{ ref('touchpoints') }}
    where touchpoint_kind <> 'feedback' and {{ of_this_industry() }}
),

touches as (
    select
        touchpoints.touchpoint_key,
        touchpoints.user_key,
        touchpoints.occurred_at,
        touchpoints.channel_code,
        touchpoints.touchpoint_code,
        contacts.answered_at,
        contacts.is_measured
    from {{ ref('int_touchpoints_resolved') }} as touchpoints
    inner join respondents
        on
            touchpoints.user_key = respondents.user_key
            and touchpoints.occurred_at >= respondents.touched_from
            and touchpoints.occurred_at <= respondents.touched_until
    inner join definitions
        on touchpoints.touchpoint_code = definitions.touchpoint_code
    left join contacts on touchpoints.touchpoint_key = contacts.record_key
),

-- where the touchpoint itself leaves no trace, the last touch of its channel
judged as (
    select
        scores.record_key,
        scores.user_key,
        scores.channel_code,
        scores.touchpoint_code,
        touches.occurred_at as judged_at,
        touches.touchpoint_key as judged_key,
        row_number() over (
            partition by scores.record_key
            order by
                case
                    when touches.touchpoint_code = scores.touchpoint_code then 0
                    else 1
                end asc,
                touches.occurred_at desc,
                touches.touchpoint_key desc
        ) as judged_rank
    from scores
    inner join touches
        on
            scores.user_key = touches.user_key
            and scores.channel_code = touches.channel_code
            and scores.answered_at >= touches.occurred_at
            and touches.occurred_at
            >= scores.answered_at - {{ var('journey_score_hours') }} * interval '1' hour
),

preceding as (
    {%- for level in levels %}
    select
        judged.user_key,
        judged.record_key,
        '{{ level }}' as level,
        judged.{{ level }}_code as code,
        judged.judged_at,
        touches.{{ level }}_code as preceding_code,
        case
            when touches.is_measured
                then coalesce(touches.answered_at > judged.judged_at, true)
        end as is_preceding_unanswered,
        row_number() over (
            partition by judged.record_key
            order by touches.occurred_at desc, touches.touchpoint_key desc
        ) as preceding_rank
    from judged
    left join touches
        on
            judged.user_key = touches.user_key
            and judged.{{ level }}_code <> touches.{{ level }}_code
            and (
                judged.judged_at > touches.occurred_at
                or (
                    judged.judged_at = touches.occurred_at
                    and judged.judged_key >= touches.touchpoint_key
                )
            )
            and touches.occurred_at
            >= judged.judged_at - {{ var('journey_score_hours') }} * interval '1' hour
    where judged.judged_rank = 1
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    user_key,
    record_key,
    level,
    code,
    judged_at,
    coalesce(preceding_code, '(start)') as preceding_code,
    is_preceding_unanswered
from preceding
where preceding_rank = 1
