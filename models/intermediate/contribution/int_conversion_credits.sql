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
        {%- for model in weighted_models %}
        {%- if model == 'time_decay' %}
        sum(time_decay_weight) over path as time_decay_sum
        {%- else %}
        cast(sum({{ model }}_weight) over path as bigint) as {{ model }}_sum
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}
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
        code_step_number,
        code_count,
        code_rank,
        is_first,
        is_last,
        is_last_non_direct,
        {%- for model in weighted_models %}
        {{ whole_units(model) }} as {{ model }}_units,
        {{ units_remainder(model) }} as {{ model }}_units_remainder,
        {{ whole_cents(model) }} as {{ model }}_cents,
        {{ cents_remainder(model) }} as {{ model }}_cents_remainder
        {{- ',' if not loop.last }}
        {%- endfor %}
    from summed
),

ranked as (
    select
        *,
        {%- for model in weighted_models %}
        {%- for part, total in [('units', credit_units()), ('cents', 'cents')] %}
        {{ total }} - sum({{ model }}_{{ part }}) over path
            as {{ model }}_{{ part }}_left,
        row_number() over (
            partition by path_hash
            order by {{ model }}_{{ part }}_remainder desc, touchpoint_key
        ) as {{ model }}_{{ part }}_rank
        {{- ',' if not loop.last }}
        {%- endfor %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from divided
    window path as (partition by path_hash)
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
    ranked.cents,
    ranked.is_first,
    ranked.is_last,
    ranked.is_last_non_direct,
    {{ even_part(credit_units(), 'ranked.step_count', 'ranked.key_rank') }} as linear_units,
    {{ even_part('ranked.cents', 'ranked.step_count', 'ranked.key_rank') }} as linear_cents,
    case
        when ranked.code_step_number = 1
            then {{ even_part(
                credit_units(), 'ranked.code_count', 'ranked.code_rank'
            ) }}
        else 0
    end as shapley_set_units,
    case
        when ranked.code_step_number = 1
            then {{ even_part('ranked.cents', 'ranked.code_count', 'ranked.code_rank') }}
        else 0
    end as shapley_set_cents,
    {%- for model in weighted_models %}
    {%- for part in ['units', 'cents'] %}
    cast(
        ranked.{{ model }}_{{ part }} + case
            when ranked.{{ model }}_{{ part }}_rank <= ranked.{{ model }}_{{ part }}_left
                then 1
            else 0
        end as bigint
    ) as {{ model }}_{{ part }}
    {{- ',' if not loop.last }}
    {%- endfor %}
    {{- ',' if not loop.last }}
    {%- endfor %}
from steps
inner join ranked
    on
        steps.path_hash = ranked.path_hash
        and steps.touchpoint_key = ranked.touchpoint_key
