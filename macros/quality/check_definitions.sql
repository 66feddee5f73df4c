{#- On-run-start: a wrong setting or var stops the run at once with the accepted values. -#}
{%- macro check_definitions() -%}
    {%- do switched_on('bot_rule') -%}
    {%- do switched_on('staff_rule') -%}
    {%- set code = var('default_country_code') | string -%}
    {%- if code and not modules.re.fullmatch('[1-9][0-9]{0,2}', code) -%}
        {{ exceptions.raise_compiler_error(
            'var default_country_code=' ~ code ~ ': give a calling code of one to three digits such as 49, or leave it empty'
        ) }}
    {%- endif -%}
    {%- set threshold = var('probabilistic_threshold') | string -%}
    {%- if threshold and not modules.re.fullmatch('0?[.][0-9]+|1([.]0+)?', threshold) -%}
        {{ exceptions.raise_compiler_error(
            'var probabilistic_threshold=' ~ threshold ~ ': give a probability such as 0.95, or leave it empty'
        ) }}
    {%- endif -%}
    {%- for name in [
        'session_gap_minutes', 'min_sample', 'max_funnel_steps', 'max_person_identifiers', 'page_reload_seconds',
        'deep_visit_pages', 'search_gap_minutes', 'search_window_hours', 'engagement_window_hours', 'push_window_hours',
    ] -%}
        {%- if not modules.re.fullmatch('[1-9][0-9]*', var(name) | string) -%}
            {{ exceptions.raise_compiler_error('var ' ~ name ~ '=' ~ var(name) ~ ': give a whole number from 1 on') }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}
