{#- A landed value in its kind's type. `landed_type` is text, timestamp, zoned_timestamp, date, number, boolean or other,
    or none where the files lack the column. Typed values are taken as they are and never turned into text and back. -#}
{%- macro typed_value(column, kind, landed_type) -%}
    {%- set text = column if landed_type == 'text' else number_as_text(column) if landed_type == 'number'
        else 'cast(' ~ column ~ ' as ' ~ text_type() ~ ')' -%}
    {%- if landed_type is none and kind in ['amount', 'number'] -%}
    {#- in the very type of a text that was read, so that the table may land later: PostgreSQL forgets the digits of what was worked out -#}
        {{ typed_value('cast(null as ' ~ text_type() ~ ')', kind, 'text') }}
    {%- elif landed_type is none -%}
        cast(null as {{ type_of_kind(kind) }})
    {%- elif kind == 'text' -%}
        {{ text }}
    {%- elif kind == 'phone' -%}
        case when {{ is_pseudonym(text) }} then {{ text }} else {{ normalise_phone(text) }} end
    {%- elif kind == 'email' -%}
        case when {{ is_pseudonym(text) }} then {{ text }} else {{ normalise_email(text) }} end
    {%- elif kind == 'timestamp' and landed_type == 'zoned_timestamp' -%}
        {{ zoned_to_utc(column) }}
    {%- elif kind == 'timestamp' and landed_type in ['timestamp', 'date'] -%}
        {{ local_to_utc('cast(' ~ column ~ ' as timestamp)') }}
    {%- elif kind == 'timestamp' -%}
        {{ normalise_time(text) }}
    {%- elif kind == 'date' and landed_type == 'zoned_timestamp' -%}
        cast({{ utc_to_local(zoned_to_utc(column)) }} as date)
    {%- elif kind == 'date' and landed_type in ['timestamp', 'date'] -%}
        cast({{ column }} as date)
    {%- elif kind == 'date' -%}
        {{ normalise_date(text) }}
    {%- elif kind == 'amount' and landed_type == 'number' -%}
        cast({{ try_cast_to(column, 'decimal(14, 2)') }} as {{ type_of_kind(kind) }})
    {%- elif kind == 'number' and landed_type == 'number' -%}
        {{ try_cast_to(column, type_of_kind(kind)) }}
    {%- elif kind == 'amount' -%}
        {{ normalise_amount(text) }}
    {%- elif kind == 'number' -%}
        {{ normalise_number(text) }}
    {%- elif kind == 'boolean' and landed_type == 'boolean' -%}
        {{ column }}
    {%- elif kind == 'boolean' -%}
        {{ normalise_boolean(text) }}
    {%- endif -%}
{%- endmacro -%}
