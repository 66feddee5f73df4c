{#- The value of a run's setting: the dbt var `touchpoint_<name>` where given, else the environment variable
    `TOUCHPOINT_<NAME>`, else its default. docs/settings.md lists them. -#}
{%- macro setting(name) -%}
    {#- the first industry is the default, and each has a sample of its own -#}
    {%- set industry = var('touchpoint_industry', env_var('TOUCHPOINT_INDUSTRY', var('industries')[0])) -%}
    {%- set defaults = {
        'raw_root': 'demo/raw/' ~ industry,
        'industry': industry,
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
