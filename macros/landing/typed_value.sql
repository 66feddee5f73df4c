{#- A landed value in its kind's type. `landed_type` is text, timestamp, zoned_timestamp, date, number, double, boolean or
    other, or none where the files lack the column. Typed values are taken as they are and not turned into text and back, but for doubles:
    1.005 is a little less, and rounds as it is written (as PostgreSQL and Spark have it, and as a CSV file does). -#}
{%- macro typed_value(column, kind, landed_type) -%}
    {%- set text = column if landed_type == 'text' else number_as_text(column) if landed_type in ['number', 'double']
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
        {{ typed_time(column, landed_type) }}
    {%- elif kind == 'timestamp' and landed_type in ['timestamp', 'date'] -%}
        {{ local_to_utc(typed_time(column, landed_type)) }}
    {%- elif kind == 'timestamp' -%}
        {{ normalise_time(text) }}
    {%- elif kind == 'date' and landed_type == 'zoned_timestamp' -%}
        cast({{ utc_to_local(typed_time(column, landed_type)) }} as date)
    {%- elif kind == 'date' and landed_type in ['timestamp', 'date'] -%}
        cast({{ typed_time(column, landed_type) }} as date)
    {%- elif kind == 'date' -%}
        {{ normalise_date(text) }}
    {%- elif kind in ['amount', 'number'] and landed_type in ['number', 'double'] -%}
        {%- set written = 'cast(' ~ column ~ ' as ' ~ text_type() ~ ')' if landed_type == 'double' else column -%}
        cast({{ try_cast_to(written, 'decimal(14, 2)' if kind == 'amount' else type_of_kind(kind)) }} as {{ type_of_kind(kind) }})
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

{#- A time or date that has a type, as a timestamp (UTC where it has a zone); null outside the years that a text may state,
    where engines fail to reckon with it. -#}
{%- macro typed_time(column, landed_type) -%}
    {%- set time = zoned_to_utc(column) if landed_type == 'zoned_timestamp' else 'cast(' ~ column ~ ' as timestamp)' -%}
    {%- if landed_type == 'date' -%}
    case when {{ column }} between date '1000-01-01' and date '9999-12-31' then {{ time }} end
    {%- else -%}
    case when {{ time }} between timestamp '1000-01-01 00:00:00' and timestamp '9999-12-31 23:59:59.999999' then {{ time }} end
    {%- endif -%}
{%- endmacro -%}
