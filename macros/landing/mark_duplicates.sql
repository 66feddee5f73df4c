{#- Post-hook of a base model: of several accepted records with one key, all but the one that was loaded last (else the
    one that sorts last by its values, private ones by a hash of them; its key says nothing) are duplicates. Only keys that occur twice are
    sorted; in an incremental run only those that came or went with it. -#}
{%- macro mark_duplicates(system, table) -%}
{%- if execute -%}
{%- set contract = contract_of(system, table) -%}
{%- set private = private_columns(contract) -%}
{%- set versions -%}
(
    select
        source_file_key,
        source_row,
        row_number() over (
            partition by record_key
            order by
                loaded_at desc nulls last,
                {%- for column in contract.columns if column not in contract.key + ['loaded_at'] and column not in private %}
                {#- of a consent given and withdrawn at one moment, the withdrawal stays #}
                {{ column }} {{ 'asc' if column == 'is_granted' else 'desc' }} nulls last,
                {%- endfor %}
                {%- if private %}
                coalesce(version_hash, {{ version_hash(contract) }}) desc,
                {%- endif %}
                source_file_key,
                source_row
        ) as version_number
    from {{ this }}
    where
        record_status <> 'quarantined'
        and record_key in (
            select record_key from {{ this }}
            where
                record_status <> 'quarantined'
                {%- if is_incremental() %}
                and record_key in (
                    select record_key from forgotten__{{ this.identifier }}
                    union all
                    select record_key from {{ this }}
                    where {{ is_unread('source_file_key') }}
                )
                {%- endif %}
            group by record_key
            having count(*) > 1 or max(record_status) = 'duplicate'
        )
) as versions
{%- endset -%}
{%- set status = "case when versions.version_number = 1 then 'accepted' else 'duplicate' end" -%}
{{ update_rows(
    this,
    {'record_status': status},
    'records.record_status <> ' ~ status,
    versions,
    'records.source_file_key = versions.source_file_key and records.source_row = versions.source_row'
) }}
{%- endif -%}
{%- endmacro -%}
