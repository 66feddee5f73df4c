{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
{#- A step of several touches goes on to the touch before the next step, or to the end. -#}
{%- set step_end = 'touch_number' if var('path_steps') == 'first' else 'last_number' -%}
with steps as (
    select
        *,
        row_number() over (partition by split_key order by touchpoint_key) as key_rank
    from {{ ref('int_split_steps') }}
    where {{ is_affected('user_key') }}
),

bounds as (
    select
        split_key,
        min(touch_number) as first_step_number,
        max(touch_number) as last_step_number,
        max(occurred_at) as newest_at,
        -- of the steps with the earliest next lead the latest, which goes on to it
        {{ value_at_first(
            'case when next_lead_number <= ' ~ step_end ~ ' then touch_number end',
            ['next_lead_number', '-touch_number']
        ) }} as lead_number,
        max(case when next_non_direct_number <= {{ step_end }} then touch_number end)
            as last_non_direct_number
    from steps
    group by split_key
),

placed as (
    select
        steps.split_key,
        steps.user_key,
        steps.touchpoint_key,
        steps.channel_code,
        steps.touchpoint_code,
        steps.campaign_code,
        steps.cents,
        steps.key_rank,
        steps.touch_number = bounds.first_step_number as is_first,
        steps.touch_number = bounds.last_step_number as is_last,
        steps.touch_number = coalesce(bounds.lead_number, -1) as is_lead,
        steps.touch_number
        = coalesce(bounds.last_non_direct_number, bounds.last_step_number)
            as is_last_non_direct,
        {{ time_decay_weight('steps.occurred_at', 'bounds.newest_at') }} as weight
    from steps
    inner join bounds on steps.split_key = bounds.split_key
),

summed as (
    select
        split_key,
        min(cents) as cents,
        count(*) as step_count,
        max(case when is_first then key_rank end) as first_rank,
        max(case when is_lead then key_rank end) as lead_rank,
        max(case when is_last then key_rank end) as last_rank,
        sum(weight) as weight_sum
    from placed
    group by split_key
),

split_by_place as (
    {{ split_by_place('summed') }}
),

-- whole units and cents first; what they leave goes, one each, to the largest remainders
decayed as (
    select
        placed.split_key,
        placed.touchpoint_key,
        {%- for part, total in [('units', credit_units()), ('cents', 'placed.cents')] %}
        {%- set exact = total ~ ' * placed.weight / summed.weight_sum' %}
        cast(floor({{ exact }}) as bigint) as {{ part }},
        {{ exact }} - floor({{ exact }}) as {{ part }}_remainder,
        {%- endfor %}
        placed.cents as total_cents
    from placed
    inner join summed on placed.split_key = summed.split_key
),

decay_ranked as (
    select
        split_key,
        touchpoint_key,
        {%- for part, total in [('units', credit_units()), ('cents', 'total_cents')] %}
        {{ part }},
        row_number() over {{ part }}_order as {{ part }}_rank,
        {{ total }} - sum({{ part }}) over split as {{ part }}_left,
        {%- endfor %}
        total_cents
    from decayed
    window
        split as (partition by split_key),
        units_order as (
            partition by split_key
            order by units_remainder desc, touchpoint_key asc
        ),
        cents_order as (
            partition by split_key
            order by cents_remainder desc, touchpoint_key asc
        )
)

select
    placed.split_key,
    placed.user_key,
    placed.touchpoint_key,
    placed.channel_code,
    placed.touchpoint_code,
    placed.campaign_code,
    placed.cents,
    placed.is_first,
    placed.is_last,
    placed.is_last_non_direct,
    {{ even_part(credit_units(), 'split_by_place.step_count', 'placed.key_rank') }}
        as linear_units,
    {{ even_part('placed.cents', 'split_by_place.step_count', 'placed.key_rank') }}
        as linear_cents,
    {%- for model in place_models() %}
    {%- for part in ['units', 'cents'] %}
    {{ part_by_place(model, part) }} as {{ model.code }}_{{ part }},
    {%- endfor %}
    {%- endfor %}
    cast(
        decay_ranked.units
        + case when decay_ranked.units_rank <= decay_ranked.units_left then 1 else 0 end
        as bigint
    ) as time_decay_units,
    cast(
        decay_ranked.cents
        + case when decay_ranked.cents_rank <= decay_ranked.cents_left then 1 else 0 end
        as bigint
    ) as time_decay_cents
from placed
inner join split_by_place on placed.split_key = split_by_place.split_key
inner join decay_ranked
    on
        placed.split_key = decay_ranked.split_key
        and placed.touchpoint_key = decay_ranked.touchpoint_key
