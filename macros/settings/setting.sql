{#- The value of a run's setting: the dbt var `touchpoint_<name>` where given, else the environment variable
    `TOUCHPOINT_<NAME>`, else its default. docs/settings.md lists them. -#}
{%- macro setting(name) -%}
    {%- set defaults = {
        'raw_root': 'demo/raw/retail',
        'industry': 'retail',
        'timezone': 'Asia/Shanghai',
        'currency': 'CNY',
        'bot_rule': 'on',
        'staff_rule': 'on',
    } -%}
    {%- if name not in defaults -%}
        {{ exceptions.raise_compiler_error(
            "setting('" ~ name ~ "') is unknown; accepted: " ~ defaults.keys() | join(', ')
        ) }}
    {%- endif -%}
    {{- return(var('touchpoint_' ~ name, env_var('TOUCHPOINT_' ~ name | upper, defaults[name])) | string) -}}
{%- endmacro -%}
