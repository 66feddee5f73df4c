{#- A landed text without surrounding white space; null where the whole field is one of the contract's null words.
    'NA' is a value. Most texts are neither, and begin and end with a usual letter: one look tells, on every field. -#}
{%- macro clean_text(text) -%}
    case
        when {{ matches(text, '^(NULL|null|[\\\\]N|N/A|-)?$|^[^!-~一-龥]|[^!-~一-龥]$') }}
            then {{ null_for_null_word(trim_white_space(text)) }}
        else {{ text }}
    end
{%- endmacro -%}

{#- Null where the text is one of the contract's null words, else the text. A pattern, because DuckDB turns a list of six
    into a join. -#}
{%- macro null_for_null_word(text) -%}
    case when {{ matches(text, '^(NULL|null|[\\\\]N|N/A|-)?$') }} then null else {{ text }} end
{%- endmacro -%}
