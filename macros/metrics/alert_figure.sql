{#- A number as an alert's explanation says it: a share in per cent, a mean with two decimals, anything else with one. -#}
{%- macro alert_figure(number, unit) -%}
    case
        when {{ unit }} = 'share'
            then cast(cast(100 * {{ number }} as decimal(18, 1)) as {{ text_type() }}) || ' %'
        when {{ unit }} = 'mean'
            then cast(cast({{ number }} as decimal(18, 2)) as {{ text_type() }})
        else cast(cast({{ number }} as decimal(18, 1)) as {{ text_type() }})
    end
{%- endmacro -%}
