{#- A share as it may be published: null below `min_sample`, and for a denominator of 0. -#}
{%- macro published_rate(numerator, denominator) -%}
    case
        when {{ denominator }} >= {{ var('min_sample') }}
            then cast({{ numerator }} as {{ double_type() }}) / {{ denominator }}
    end
{%- endmacro -%}

{#- True when a rate is withheld because its denominator is too small. -#}
{%- macro is_suppressed(denominator) -%}
    {{ denominator }} < {{ var('min_sample') }}
{%- endmacro -%}
