{#- The text as another type, null where it cannot be read as that. -#}
{%- macro try_cast_to(text, type) -%}
    {{ return(adapter.dispatch('try_cast_to')(text, type)) }}
{%- endmacro -%}

{%- macro duckdb__try_cast_to(text, type) -%}
    try_cast({{ text }} as {{ type }})
{%- endmacro -%}

{#- The cast is around the condition: PostgreSQL works out a cast of a constant before it looks at conditions. Elsewhere a
    decimal cannot be NaN, and what is finer than a microsecond is cut off, not rounded. -#}
{%- macro postgres__try_cast_to(text, type) -%}
    {%- set value = 'cast(' ~ text ~ ' as text)' -%}
    {%- if type.startswith('timestamp') -%}
        {%- set value = postgres__replace_all(value, '([.][0-9]{6})[0-9]+', '\\1') -%}
    {%- endif -%}
    cast(case
        when staging.is_readable({{ value }}, '{{ type }}'){{ " and lower(" ~ value ~ ") <> 'nan'" if type.startswith('decimal') }}
            then {{ value }}
    end as {{ type }})
{%- endmacro -%}

{#- Spark reads one space between date and time. -#}
{%- macro spark__try_cast_to(text, type) -%}
    {%- set value = spark__replace_all(text, ' +', ' ') if type.startswith('timestamp') else text -%}
    try_cast({{ value }} as {{ type }})
{%- endmacro -%}
