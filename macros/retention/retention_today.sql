{#- The moment that retention periods are counted from: var as_of, else the newest load. A load from the future makes nothing
    older than it is: it counts no later than the build does. -#}
{%- macro retention_today(newest_load_at) -%}
    {%- if var('as_of') -%}
    cast('{{ var("as_of") }}' as timestamp)
    {%- elif not execute -%}
    {{ newest_load_at }}
    {%- else -%}
    {%- set now = "timestamp '" ~ (run_started_at | string)[:19] ~ "'" -%}
    case when {{ newest_load_at }} < {{ now }} then {{ newest_load_at }} else {{ now }} end
    {%- endif -%}
{%- endmacro -%}
