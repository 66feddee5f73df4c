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

described as (
    select
        *,
        row_number() over (
            partition by path_hash
            order by touchpoint_key
        ) as key_rank,
        count(*) over path as step_count,
        min(touch_number) over path as first_number,
        max(touch_number) over path as last_number,
        max(occurred_at) over path as newest_at,
        min(case when is_lead then touch_number end) over path as lead_number,
        max(case when not is_direct then touch_number end) over path
            as last_non_direct_number,
        row_number() over (
            partition by path_hash, code
            order by touchpoint_key
        ) as code_step_number
    from steps
    window path as (partition by path_hash)
),

placed as (
    select
        *,
        touch_number = first_number as is_first,
        touch_number = last_number as is_last,
        touch_number = coalesce(last_non_direct_number, last_number)
            as is_last_non_direct,
        touch_number = coalesce(lead_number, -1) as is_lead_step,
        lead_number is null as lacks_lead,
        step_count - 1
        - case when first_number < last_number then 1 else 0 end
        - case when lead_number > first_number and lead_number < last_number then 1 else 0 end
            as other_count,
        sum(case when code_step_number = 1 then 1 else 0 end) over (
            partition by path_hash
        ) as code_count,
        sum(case when code_step_number = 1 then 1 else 0 end) over (
            partition by path_hash
            order by touchpoint_key
            rows between unbounded preceding and current row
        ) as code_rank
    from described
),

weighed as (
    select
        *,
        {{ position_based_weight() }} as position_based_weight,
        {{ w_shaped_weight() }} as w_shaped_weight,
        {{ time_decay_weight() }} as time_decay_weight
    from placed
),

summed as (
    select
        *,
        {%- for model in weighted_models %}
        sum({{ model }}_weight) over path as {{ model }}_weight_sum
        {{- ',' if not loop.last }}
        {%- endfor %}
    from weighed
    window path as (partition by path_hash)
),

-- whole units and cents first; what they leave goes, one each, to the largest remainders
floored as (
    select
        *,
        {%- for model in weighted_models %}
        floor({{ credit_units() }} * {{ model }}_weight / {{ model }}_weight_sum)
            as {{ model }}_units,
        floor(cents * {{ model }}_weight / {{ model }}_weight_sum) as {{ model }}_cents
        {{- ',' if not loop.last }}
        {%- endfor %}
    from summed
),

ranked as (
    select
        *,
        {%- for model in weighted_models %}
        {%- for part, total in [('units', credit_units()), ('cents', 'cents')] %}
        {{ total }} - sum({{ model }}_{{ part }}) over path as {{ model }}_{{ part }}_left,
        row_number() over (
            partition by path_hash
            order by
                {{ total }} * {{ model }}_weight / {{ model }}_weight_sum
                - {{ model }}_{{ part }} desc,
                touchpoint_key
        ) as {{ model }}_{{ part }}_rank
        {{- ',' if not loop.last }}
        {%- endfor %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from floored
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
