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
    {%- set value = var('touchpoint_' ~ name, env_var('TOUCHPOINT_' ~ name | upper, defaults[name])) | string -%}
    {{- return(plain_folder(value) if name == 'raw_root' else value) -}}
{%- endmacro -%}

{#- A folder's path as DuckDB names what it finds there by a pattern: without `.`, doubled slashes and folders that `..` leaves
    again, so that a path below it begins as it does. Where commands run it is `.`; an object store's address stays. -#}
{%- macro plain_folder(path) -%}
    {%- set parts = [] -%}
    {%- for part in path.split('/') if part not in ['', '.'] -%}
        {%- if part == '..' and parts and parts[-1] != '..' -%}{%- do parts.pop() -%}{%- else -%}{%- do parts.append(part) -%}{%- endif -%}
    {%- endfor -%}
    {{- return(
        path.rstrip('/') if '://' in path else ('/' if path.startswith('/') else '') ~ parts | join('/') or '.'
    ) -}}
{%- endmacro -%}
