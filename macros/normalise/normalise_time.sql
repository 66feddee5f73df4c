{#- UTC timestamp of a landed time; null where it cannot be read. Accepts ISO 8601 (extended form) with or without offset,
    'YYYY/M/D H:MM[:SS]', 'YYYY年M月D日 H:MM[:SS]', epoch seconds and milliseconds (whole, from October 1999 on, also with
    the '.0' of a tool that keeps whole numbers as floats). An offset has 14 hours at the most. A time without offset is in
    the business time zone; a date alone is its midnight. The frequent spellings are read as they are; only what is left is respelt. -#}
{%- macro normalise_time(text) -%}
    {%- set date = '^[1-9][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}' -%}
    {%- set clock = '(T| +)([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?' -%}
    {%- set offset = '(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)$' -%}
    {%- set whole = replace_all(text, '[.]0+$', '') -%}
    {%- set hyphens = replace_all(half_width(text), '^([0-9]{4})年([0-9]{1,2})月', '\\1-\\2-') -%}
    {%- set respelt = "replace(replace(replace(" ~ hyphens ~ ", '日', ' '), '/', '-'), ',', '.')" -%}
    case
        when {{ matches(text, date ~ '(' ~ clock ~ ')?$') }} then {{ local_to_utc(try_cast_to(text, 'timestamp')) }}
        when {{ matches(text, date ~ clock ~ offset) }} then {{ offset_time_to_utc(text) }}
        when {{ matches(text, '^(9[4-9][0-9]{7}|[1-9][0-9]{9})([0-9]{3})?([.]0+)?$') }}
            then {{ epoch_milliseconds_to_utc(try_cast_to(
                "case when length(" ~ whole ~ ") > 10 then " ~ whole ~ " else " ~ whole ~ " || '000' end", 'bigint'
            )) }}
        when {{ matches(respelt, date ~ '(' ~ clock ~ ')? *$') }}
            then {{ local_to_utc(try_cast_to('trim(' ~ respelt ~ ')', 'timestamp')) }}
        when {{ matches('upper(' ~ respelt ~ ')', date ~ clock ~ ' *' ~ offset) }}
            then {{ offset_time_to_utc(replace_all('upper(' ~ respelt ~ ')', ' +([-+Z])', '\\1')) }}
    end
{%- endmacro -%}
