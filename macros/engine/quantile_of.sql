{#- Aggregate: one of several quantiles of a number over the group, interpolated; nulls do not count. Expressions that name the
    same shares are one aggregate, which collects the numbers once. -#}
{%- macro quantile_of(number, shares, share) -%}
    {{ return(adapter.dispatch('quantile_of')(number, shares, share)) }}
{%- endmacro -%}

{%- macro duckdb__quantile_of(number, shares, share) -%}
    quantile_cont(cast({{ number }} as double), [{{ shares | join(', ') }}])[{{ shares.index(share) + 1 }}]
{%- endmacro -%}

{%- macro postgres__quantile_of(number, shares, share) -%}
    (percentile_cont(cast(array[{{ shares | join(', ') }}] as double precision[])) within group (
        order by cast({{ number }} as double precision)
    ))[{{ shares.index(share) + 1 }}]
{%- endmacro -%}

{%- macro spark__quantile_of(number, shares, share) -%}
    percentile(cast({{ number }} as double), array({{ shares | join(', ') }}))[{{ shares.index(share) }}]
{%- endmacro -%}
