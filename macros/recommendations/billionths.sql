{#- A share as a whole number of billionths: sums of them do not depend on the order of their parts, so that no rank does. -#}
{%- macro billionths(numerator, denominator) -%}
    cast(floor(
        1000000000 * cast({{ numerator }} as {{ double_type() }}) / ({{ denominator }})
    ) as bigint)
{%- endmacro -%}

{#- What a popularity in billionths says for an item, where so many billionths of a score are left to popularity. -#}
{%- macro popular_part(popularity, prior_share) -%}
    cast(floor(
        cast({{ popularity }} as {{ double_type() }}) * {{ prior_share }} / 1000000000
    ) as bigint)
{%- endmacro -%}

{#- Weight of the persons by whom an affinity is drawn towards popularity, in millionths of a person. -#}
{%- macro affinity_prior() -%}
    {{- var('affinity_prior_persons') * 1000000 -}}
{%- endmacro -%}

{#- Weight of the persons by whom a segment is drawn towards everybody, in millionths of a person. -#}
{%- macro segment_prior() -%}
    {{- var('segment_prior_persons') * 1000000 -}}
{%- endmacro -%}
