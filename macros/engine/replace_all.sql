{#- The text with every match of the pattern replaced. -#}
{%- macro replace_all(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('replace_all')(text, pattern, replacement)) }}
{%- endmacro -%}

{%- macro duckdb__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro -%}

{%- macro postgres__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro -%}

{#- Groups are written $1 there. -#}
{%- macro spark__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ spark_pattern(pattern) }}, '{{ replacement | replace('\\', '$') }}')
{%- endmacro -%}
