{#- Business date of a landed date or time; null where it cannot be read. -#}
{%- macro normalise_date(text) -%}
    case
        when {{ matches(text, '^[1-9][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}$') }} then {{ try_cast_to(text, 'date') }}
        else cast({{ utc_to_local(normalise_time(text)) }} as date)
    end
{%- endmacro -%}
