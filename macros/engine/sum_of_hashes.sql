{#- Hash of a set of rows, whatever their order: the number of rows and the sum of the rows' hashes. Engine-internal. -#}
{%- macro sum_of_hashes(columns) -%}
    {{ return(adapter.dispatch('sum_of_hashes')(columns)) }}
{%- endmacro -%}

{%- macro duckdb__sum_of_hashes(columns) -%}
    hash(count(*), sum(hash({{ columns | join(', ') }})))
{%- endmacro -%}

{%- macro postgres__sum_of_hashes(columns) -%}
    {{ postgres__row_hash(['count(*)', 'sum(' ~ postgres__row_hash(columns) ~ ')']) }}
{%- endmacro -%}

{%- macro spark__sum_of_hashes(columns) -%}
    {{ spark__row_hash(['count(*)', 'sum(cast(' ~ spark__row_hash(columns) ~ ' as decimal(38, 0)))']) }}
{%- endmacro -%}
