{#- Select of how often the state of a Markov chain was followed by another at a level, and by the end (to_code null), per goal,
    month and, where there are intervals, group of persons: from_1 is the latest step, from_<order> the oldest that the state remembers (null before the
    first step), from_<longest> null beyond the order. A state that would be followed by itself stays. `journeys`: a CTE. -#}
{%- macro state_transitions(order, level, longest) -%}
    {%- set nothing = 'cast(null as ' ~ text_type() ~ ')' -%}
    {%- set code, next_code = level ~ '_code', 'next_' ~ level ~ '_code' -%}
    {%- set has_groups = order == 1 and level in var('few_code_levels') -%}
    {%- set before = [code] -%}
    {%- for distance in range(1, order) -%}{%- do before.append('before_' ~ distance) -%}{%- endfor -%}
    {%- for is_start in [true, false] %}
    {%- set from_codes = [] -%}
    {%- for distance in range(longest) -%}
        {%- do from_codes.append(nothing if is_start or distance >= order else 'steps.' ~ before[distance]) -%}
    {%- endfor %}
    select
        {{ order }} as markov_order,
        journeys.goal_code,
        '{{ level }}' as level,
        journeys.month_date,
        {{ 'journeys.person_group' if has_groups else 'cast(null as integer) as person_group' }},
        {%- for from_code in from_codes %}
        {{ from_code }} as from_{{ loop.index }},
        {%- endfor %}
        steps.{{ code if is_start else next_code }} as to_code,
        count(*) as journey_count,
        {%- if is_start %}
        0 as converted_count,
        cast(0 as decimal(38, 2)) as value
        {%- else %}
        count(case when steps.{{ next_code }} is null then journeys.conversion_key end) as converted_count,
        coalesce(sum(case when steps.{{ next_code }} is null then journeys.value end), 0) as value
        {%- endif %}
    from journeys
    {%- if is_start or order == 1 %}
    inner join {{ ref('int_journey_steps') }} as steps on journeys.stretch_key = steps.stretch_key
    {%- else %}
    inner join (
        select
            stretch_key,
            is_{{ level }}_step,
            {%- for distance in range(1, order) %}
            lag({{ code }}, {{ distance }}) over (
                partition by stretch_key
                order by touch_number
            ) as before_{{ distance }},
            {%- endfor %}
            {{ code }},
            {{ next_code }}
        from {{ ref('int_journey_steps') }}
        where is_{{ level }}_step
    ) as steps on journeys.stretch_key = steps.stretch_key
    {%- endif %}
    where
        steps.is_{{ level }}_step
        {%- if is_start %}
        and steps.is_first
        {%- else %}
        and (
            steps.{{ next_code }} is null
            {%- for code in before %}
            or steps.{{ code }} is null
            or steps.{{ code }} <> steps.{{ next_code }}
            {%- endfor %}
        )
        {%- endif %}
    group by
        journeys.goal_code,
        journeys.month_date,
        {%- if has_groups %}
        journeys.person_group,
        {%- endif %}
        {%- if not is_start %}
        {%- for distance in range(order) %}
        steps.{{ before[distance] }},
        {%- endfor %}
        {%- endif %}
        steps.{{ code if is_start else next_code }}
    {{ 'union all' if is_start }}
    {%- endfor %}
{%- endmacro -%}
