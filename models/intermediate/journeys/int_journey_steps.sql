{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
{%- set timed_levels = ['channel', 'touchpoint'] %}
with stretches as (
    select distinct
        stretch_key,
        list_key,
        first_number,
        last_number
    from {{ ref('int_journeys') }}
    where {{ is_affected('user_key') }}
),

touches as (
    select * from {{ ref('int_touches_numbered') }}
    where {{ is_affected('user_key') }}
),

steps as (
    select
        touches.user_key,
        stretches.stretch_key,
        touches.touch_number,
        touches.touchpoint_key,
        touches.occurred_at,
        touches.channel_code,
        touches.touchpoint_code,
        touches.campaign_code,
        touches.touch_number = stretches.first_number as is_first,
        stretches.last_number,
        touches.next_lead_number,
        {%- for level in journey_levels() %}
        {{ is_step(level) }} as is_{{ level }}_step,
        {%- endfor %}
        touches.next_non_direct_number
    from stretches
    inner join touches
        on
            stretches.list_key = touches.list_key
            and stretches.first_number <= touches.touch_number
            and stretches.last_number >= touches.touch_number
)

-- of each level, how many steps follow; where waits are told, the next one too
select
    user_key,
    stretch_key,
    touch_number,
    touchpoint_key,
    occurred_at,
    channel_code,
    touchpoint_code,
    campaign_code,
    is_first,
    last_number,
    next_lead_number,
    {%- for level in journey_levels() %}
    {%- set is_step = 'case when is_' ~ level ~ '_step then ' %}
    is_{{ level }}_step,
    cast(count({{ is_step }}1 end) over later as integer) as {{ level }}_steps_after,
    {%- if level in timed_levels %}
    {{ carry_forward(is_step ~ level ~ '_code end', 'later') }}
        as next_{{ level }}_code,
    {{ carry_forward(is_step ~ 'occurred_at end', 'later') }} as next_{{ level }}_at,
    {%- endif %}
    {%- endfor %}
    next_non_direct_number
from steps
where is_channel_step or is_touchpoint_step or is_campaign_step
window later as (
    partition by stretch_key
    order by touch_number desc
    rows between unbounded preceding and 1 preceding
)
