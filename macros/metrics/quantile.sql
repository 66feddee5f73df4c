{#- A quantile of a number over the group, interpolated; nulls do not count. -#}
{%- macro quantile(number, share) -%}
    percentile_cont({{ share }}) within group (order by cast({{ number }} as {{ double_type() }}))
{%- endmacro -%}
