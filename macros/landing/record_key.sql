{#- Keyed 63-bit key of a record: the same in every build with the same secret, and of no use without it. -#}
{%- macro record_key(system, table, key_columns) -%}
    {%- set parts = [] -%}
    {%- for column in key_columns -%}
        {%- do parts.append("coalesce(cast(" ~ column ~ " as varchar), '')") -%}
    {%- endfor -%}
    {{- keyed_hash("'" ~ system ~ '.' ~ table ~ ":' || " ~ parts | join(" || chr(31) || ")) -}}
{%- endmacro -%}
