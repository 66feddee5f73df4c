{#- Keyed 63-bit key of a record: the same in every build with the same secret, and of no use without it. An identifier
    in it counts by its pseudonym, so that the key outlives an erasure. -#}
{%- macro record_key(system, table, key_columns) -%}
    {%- set parts = [] -%}
    {%- for column in key_columns -%}
        {%- set text = pseudonym(identifier_key("'" ~ column ~ "'", "''", column)) if column in identifier_types()
            else 'cast(' ~ column ~ ' as ' ~ text_type() ~ ')' -%}
        {%- do parts.append("coalesce(" ~ text ~ ", '')") -%}
    {%- endfor -%}
    {{- keyed_hash("'" ~ system ~ '.' ~ table ~ ":' || " ~ parts | join(" || chr(31) || ")) -}}
{%- endmacro -%}
