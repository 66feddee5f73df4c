{#- The moment from which a landed table's records (or `text`: their texts) are kept; none where all of them are. -#}
{%- macro kept_from(system, table, removes='record') -%}
    {%- set condition = "source_system = '" ~ system ~ "' and source_table = '" ~ table ~ "' and removes = '" ~ removes ~ "'" -%}
    {%- for row in definition_rows(ref('stg_landing__retention'), ['kept_from'], condition) -%}
        {{ return(row[0]) }}
    {%- endfor -%}
    {{ return(none) }}
{%- endmacro -%}
