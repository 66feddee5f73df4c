{#- A number as an identifier is written: 1001, not 1001.0 (tools store whole numbers as floats where some are missing). -#}
{%- macro number_as_text(column) -%}
    case
        when {{ column }} = floor({{ column }}) then coalesce(cast({{ try_cast_to(column, 'decimal(38, 0)') }} as {{ text_type() }}), cast({{ column }} as {{ text_type() }}))
        else cast({{ column }} as {{ text_type() }})
    end
{%- endmacro -%}
