{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
{%- set weighted_models = ['position_based', 'w_shaped', 'time_decay'] %}
with steps as (
    select
        *,
        -- one number to sort by instead of three columns
        {{ row_hash(['goal_code', 'conversion_key', 'level']) }} as path_hash,
        cast(abs(value) * 100 as bigint) as cents
    from {{ ref('int_conversion_steps') }}
    where {{ is_affected('user_key') }}
),

-- what is sorted again and again is narrow; the rest is joined at the end
narrow as (
    select
        path_hash,
        touch_number,
        end_number,
        touchpoint_key,
        {{ row_hash(['code']) }} as code_key,
        occurred_at,
        next_lead_number,
        next_non_direct_number,
        cents
    from steps
),

weighed as (
    {{ weigh_steps('narrow') }}
),

summed as (
    select
        *,
        cast(sum(position_based_weight) over path as bigint) as position_based_sum,
        cast(sum(w_shaped_weight) over path as bigint) as w_shaped_sum,
        sum(time_decay_weight) over path as time_decay_sum
    from weighed
    window path as (partition by path_hash)
),

-- whole units and cents first; what they leave goes, one each, to the largest remainders
divided as (
    select
        path_hash,
        touchpoint_key,
        cents,
        step_count,
        key_rank,
        code_count,
        is_first,
        is_last,
        is_last_non_direct,
        {%- for model in weighted_models %}
        {{ whole_units(model) }} as {{ model }}_units,
        {{ units_remainder(model) }} as {{ model }}_units_remainder,
        {{ whole_cents(model) }} as {{ model }}_cents,
        {{ cents_remainder(model) }} as {{ model }}_cents_remainder,
        {%- endfor %}
        code_rank
    from summed
),

ranked as (
    select
        path_hash,
        {%- for model in weighted_models %}
        {%- for part in ['units', 'cents'] %}
        row_number() over (
            partition by path_hash
            order by {{ model }}_{{ part }}_remainder desc, touchpoint_key
        ) as {{ model }}_{{ part }}_rank,
        {%- endfor %}
        {%- endfor %}
        touchpoint_key
    from divided
),

left_over as (
    select
        {%- for model in weighted_models %}
        {{ credit_units() }} - sum({{ model }}_units) as {{ model }}_units,
        min(cents) - sum({{ model }}_cents) as {{ model }}_cents,
        {%- endfor %}
        path_hash
    from divided
    group by path_hash
)

select
    steps.goal_code,
    steps.conversion_key,
    steps.user_key,
    steps.converted_date,
    steps.level,
    steps.code,
    steps.channel_code,
    steps.campaign_code,
    steps.touchpoint_key,
    case when steps.value < 0 then -1 else 1 end as value_sign,
    divided.cents,
    divided.is_first,
    divided.is_last,
    divided.is_last_non_direct,
    {{ even_part(
        credit_units(), 'divided.step_count', 'divided.key_rank'
    ) }} as linear_units,
    {{ even_part('divided.cents', 'divided.step_count', 'divided.key_rank') }}
        as linear_cents,
    {%- for model in weighted_models %}
    {{ with_left_over(model, 'units') }} as {{ model }}_units,
    {{ with_left_over(model, 'cents') }} as {{ model }}_cents,
    {%- endfor %}
    coalesce({{ even_part(
        credit_units(), 'divided.code_count', 'divided.code_rank'
    ) }}, 0) as shapley_set_units,
    coalesce({{ even_part(
        'divided.cents', 'divided.code_count', 'divided.code_rank'
    ) }}, 0) as shapley_set_cents
from steps
inner join divided
    on
        steps.path_hash = divided.path_hash
        and steps.touchpoint_key = divided.touchpoint_key
inner join ranked
    on
        steps.path_hash = ranked.path_hash
        and steps.touchpoint_key = ranked.touchpoint_key
inner join left_over on steps.path_hash = left_over.path_hash
