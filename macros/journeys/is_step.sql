{#- True where a touch of a stretch is a step of it at a level: where one begins, or the stretch does; by `path_steps: first` where
    its code comes up first. `stretches` and `touches` as int_journey_steps joins them. -#}
{%- macro is_step(level) -%}
    {%- if var('path_steps') == 'first' -%}
    row_number() over (
        partition by stretches.stretch_key, touches.{{ level }}_code
        order by touches.touch_number
    ) = 1
    {%- else -%}
    touches.begins_{{ level }}_step or touches.touch_number = stretches.first_number
    {%- endif -%}
{%- endmacro -%}
