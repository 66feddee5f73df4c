{#- The text without surrounding white space, full-width and no-break spaces included. -#}
{%- macro trim_white_space(text) -%}
    {{ return(adapter.dispatch('trim_white_space')(text)) }}
{%- endmacro -%}

{%- macro duckdb__trim_white_space(text) -%}
    trim({{ text }}, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(65279))
{%- endmacro -%}

{%- macro postgres__trim_white_space(text) -%}
    btrim({{ text }}, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(65279))
{%- endmacro -%}

{%- macro spark__trim_white_space(text) -%}
    trim(both ' ' || chr(9) || chr(10) || chr(13) || '{{ "\u00a0\u3000\ufeff" }}' from {{ text }})
{%- endmacro -%}
