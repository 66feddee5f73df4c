{#- True where a touch is a step of its own after the one before it, as the var `path_steps` says: `exposure` and `first` (runs
    of one code in one session are one step), `unique` (runs of one code are one step, whatever the session), `all`. -#}
{%- macro begins_step(code) -%}
    {%- if var('path_steps') == 'all' -%}
    true
    {%- else -%}
    previous_{{ code }} is null
    or {{ code }} <> previous_{{ code }}
    {%- if var('path_steps') != 'unique' %}
    or session_key <> previous_session_key
    {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
