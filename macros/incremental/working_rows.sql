{#- The rows of a working table that a pre-hook left: `columns` with an expression of each one's type; none where hooks do not
    run (unit tests, --empty, commands that build nothing). -#}
{%- macro working_rows(name, columns) -%}
    select
        {%- for column, example in columns.items() %}
        {% if execute and not flags.EMPTY and flags.WHICH in ['run', 'build'] -%}
        {{ column }}
        {%- else -%}
        {{ example }} as {{ column }}
        {%- endif -%}
        {{ ',' if not loop.last }}
        {%- endfor %}
    {% if execute and not flags.EMPTY and flags.WHICH in ['run', 'build'] -%}
    from {{ name }}
    {%- else -%}
    {#- typed and without rows, for unit tests, --empty and commands that build nothing -#}
    where 1 = 0
    {%- endif %}
{%- endmacro -%}
