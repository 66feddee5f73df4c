{#- Select of the transitions between the states of a Markov chain of an order above 1, at few_code_levels: markov_order,
    stretch_key, level, from_1 (the latest step) to from_<longest> (null beyond the order, or before the first step), and
    to_code, null at the end. -#}
{%- macro state_transitions(order, longest) -%}
    {%- set nothing = 'cast(null as ' ~ text_type() ~ ')' -%}
    {%- for level in var('few_code_levels') %}
    {%- for is_end in [false, true] %}
    select
        {{ order }} as markov_order,
        stretch_key,
        '{{ level }}' as level,
        {%- for distance in range(1, longest + 1) %}
        {%- set before = distance - 1 if is_end else distance %}
        {{ nothing if distance > order else ('code' if before == 0 else 'before_' ~ before) }} as from_{{ distance }},
        {%- endfor %}
        {{ nothing if is_end else 'code' }} as to_code
    from (
        select
            stretch_key,
            {{ level }}_code as code,
            next_{{ level }}_number as next_number,
            {%- for distance in range(1, order + 1) %}
            lag({{ level }}_code, {{ distance }}) over (
                partition by stretch_key
                order by touch_number
            ) as before_{{ distance }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ ref('int_journey_steps') }}
        where is_{{ level }}_step
    ) as steps
    where
        {%- if is_end %}
        next_number is null
        {%- else %}
        {%- for distance in range(1, order + 1) %}
        {{ 'or ' if not loop.first }}before_{{ distance }} is null
        or code <> before_{{ distance }}
        {%- endfor %}
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro -%}
