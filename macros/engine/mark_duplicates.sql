{#- Post-hook of a base model: of several accepted records with one key, all but the one that was loaded last (else the
    one that sorts last by all its values) become duplicates. Only keys that occur twice are sorted. -#}
{%- macro mark_duplicates(system, table) -%}
    {{ return(adapter.dispatch('mark_duplicates')(system, table)) }}
{%- endmacro -%}

{%- macro duckdb__mark_duplicates(system, table) -%}
{%- if execute -%}
{%- set contract = contract_of(system, table) -%}
update {{ this }} as records
set record_status = 'duplicate'
from (
    select
        source_file_key,
        source_row,
        row_number() over (
            partition by {% for column in contract.key %}coalesce(cast({{ column }} as varchar), ''){{ ', ' if not loop.last }}{% endfor %}
            order by
                loaded_at desc nulls last,
                {%- for column in contract.columns if column != 'loaded_at' %}
                {{ column }} desc nulls last,
                {%- endfor %}
                source_file_key,
                source_row
        ) as version_number
    from {{ this }}
    where
        record_status = 'accepted'
        and record_key in (
            select record_key from {{ this }}
            where record_status = 'accepted'
            group by record_key
            having count(*) > 1
        )
) as versions
where
    versions.version_number > 1
    and records.source_file_key = versions.source_file_key
    and records.source_row = versions.source_row
{%- endif -%}
{%- endmacro -%}
