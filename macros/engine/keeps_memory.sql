{#- True where an engine can delete and insert rows, so that models follow the news; else every build makes them anew. -#}
{%- macro keeps_memory() -%}
    {{ return(adapter.dispatch('keeps_memory')()) }}
{%- endmacro -%}

{%- macro default__keeps_memory() -%}
    {{ return(true) }}
{%- endmacro -%}

{#- Without a table format Spark adds to tables, and changes nothing in them. -#}
{%- macro spark__keeps_memory() -%}
    {{ return(false) }}
{%- endmacro -%}
