{#- Statement that leaves the working table affected__<model> with the keys whose input changed, came or went. -#}
{%- macro create_affected(inputs, key) -%}
    {{ return(adapter.dispatch('create_affected')(inputs, key)) }}
{%- endmacro -%}

{%- macro duckdb__create_affected(inputs, key) -%}
    create or replace temporary table affected__{{ this.identifier }} as
    select coalesce(now.{{ key }}, before.{{ key }}) as {{ key }}
    from {{ inputs }} as now
    full outer join {{ seen_inputs() }} as before on now.{{ key }} = before.{{ key }}
    where now.input_hash is distinct from before.input_hash
{%- endmacro -%}
