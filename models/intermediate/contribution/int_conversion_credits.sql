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

weighed as (
    {{ weigh_steps('steps') }}
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
        *,
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
    goal_code,
    conversion_key,
    user_key,
    converted_date,
    level,
    code,
    channel_code,
    campaign_code,
    touchpoint_key,
    case when value < 0 then -1 else 1 end as value_sign,
    cents,
    is_first,
    is_last,
    is_last_non_direct,
    {{ even_part(credit_units(), 'step_count', 'key_rank') }} as linear_units,
    {{ even_part('cents', 'step_count', 'key_rank') }} as linear_cents,
    case
        when code_step_number = 1
            then {{ even_part(credit_units(), 'code_count', 'code_rank') }}
        else 0
    end as shapley_set_units,
    case
        when code_step_number = 1 then {{ even_part('cents', 'code_count', 'code_rank') }}
        else 0
    end as shapley_set_cents,
    {%- for model in weighted_models %}
    {%- for part in ['units', 'cents'] %}
    cast(
        {{ model }}_{{ part }} + case
            when {{ model }}_{{ part }}_rank <= {{ model }}_{{ part }}_left then 1 else 0
        end as bigint
    ) as {{ model }}_{{ part }}
    {{- ',' if not loop.last }}
    {%- endfor %}
    {{- ',' if not loop.last }}
    {%- endfor %}
from ranked
