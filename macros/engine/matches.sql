{#- True when the text contains the pattern (anchor it for a full match). Patterns use [0-9], never \d. -#}
{%- macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches')(text, pattern)) }}
{%- endmacro -%}

{%- macro duckdb__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro -%}

{%- macro postgres__matches(text, pattern) -%}
    ({{ text }}) ~ '{{ pattern }}'
{%- endmacro -%}

{%- macro spark__matches(text, pattern) -%}
    ({{ text }}) rlike {{ spark_pattern(pattern) }}
{%- endmacro -%}

{#- A pattern as a literal: Spark's parser takes one backslash of two away. Java would let an end stand before line ends of
    Unicode's, too, which no text is trimmed of: (?d) has it know the line feed alone. -#}
{%- macro spark_pattern(pattern) -%}
    '(?d){{ pattern | replace('\\', '\\\\') }}'
{%- endmacro -%}
