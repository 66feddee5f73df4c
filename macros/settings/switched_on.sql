{#- True when an on/off setting is on; any other word stops the run. -#}
{%- macro switched_on(name) -%}
    {%- set word = setting(name) | lower -%}
    {%- if word not in ['on', 'true', '1', 'off', 'false', '0'] -%}
        {{ exceptions.raise_compiler_error('TOUCHPOINT_' ~ name | upper ~ '=' ~ word ~ ': accepted values are on, off') }}
    {%- endif -%}
    {{- return(word in ['on', 'true', '1']) -}}
{%- endmacro -%}
