{#- Select of how often, in a path of a level, the state of a Markov chain is followed by another code, and by the end (to_code null): from_1 is
    the latest step, from_<order> the oldest that the state remembers (null before the first step), from_<longest> null beyond
    the order. A state that would be followed by itself stays. -#}
{%- macro state_transitions(order, level, longest) -%}
    {%- set nothing = 'cast(null as ' ~ text_type() ~ ')' -%}
    {%- if order == 1 -%}
    select
        1 as markov_order,
        path_key,
        from_code as from_1,
        {%- for distance in range(1, longest) %}
        {{ nothing }} as from_{{ distance + 1 }},
        {%- endfor %}
        to_code,
        transition_count
    from {{ ref('int_path_transitions') }}
    where
        level = '{{ level }}'
        and (from_code is null or to_code is null or from_code <> to_code)
    {%- else -%}
    {%- set before = ['code'] -%}
    {%- for distance in range(1, order) -%}{%- do before.append('before_' ~ distance) -%}{%- endfor -%}
    select
        {{ order }} as markov_order,
        path_key,
        {%- for distance in range(longest) %}
        {{ nothing }} as from_{{ distance + 1 }},
        {%- endfor %}
        code as to_code,
        1 as transition_count
    from {{ ref('int_path_steps') }}
    where level = '{{ level }}' and is_first
    union all
    select
        {{ order }} as markov_order,
        path_key,
        {%- for distance in range(longest) %}
        {{ before[distance] if distance < order else nothing }} as from_{{ distance + 1 }},
        {%- endfor %}
        next_code as to_code,
        count(*) as transition_count
    from (
        select
            path_key,
            {%- for distance in range(1, order) %}
            lag(code, {{ distance }}) over (
                partition by path_key
                order by steps_after desc
            ) as before_{{ distance }},
            {%- endfor %}
            code,
            next_code
        from {{ ref('int_path_steps') }}
        where level = '{{ level }}'
    ) as steps
    where
        next_code is null
        {%- for code in before %}
        or {{ code }} is null
        or {{ code }} <> next_code
        {%- endfor %}
    group by
        path_key,
        {%- for code in before %}
        {{ code }},
        {%- endfor %}
        next_code
    {%- endif -%}
{%- endmacro -%}
