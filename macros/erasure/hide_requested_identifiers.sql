{#- Post-hook of the erasure requests: what they name gives way to its pseudonym, so that asking to be forgotten leaves
    nothing behind. A request that names no known type, or a value that is none of its type, is quarantined; its value gives
    way to `unread:` and a keyed hash. -#}
{%- macro hide_requested_identifiers() -%}
{%- set stated -%}
(
    select
        requests.source_file_key,
        requests.source_row,
        named.identifier_key,
        named.source_row is null as is_unknown
    from {{ this }} as requests
    left join ({{ keyed_identifiers(this, ['source_file_key', 'source_row']) }}) as named
        on requests.source_file_key = named.source_file_key and requests.source_row = named.source_row
    where requests.identifier_value is not null
) as stated
{%- endset -%}
{{ update_rows(
    this,
    {
        'identifier_value': "case when " ~ matches('records.identifier_value', '^(erased|unread):[0-9a-f]{16}$')
            ~ " then records.identifier_value when stated.identifier_key is not null then " ~ pseudonym('stated.identifier_key')
            ~ " else 'unread:' || " ~ key_as_id(keyed_hash('records.identifier_value')) ~ " end",
        'record_status': "case when stated.identifier_key is null then 'quarantined' else records.record_status end",
        'reason_code': "case when records.reason_code is not null then records.reason_code"
            ~ " when stated.is_unknown then 'unknown_identifier_type'"
            ~ " when stated.identifier_key is null then 'invalid_identifier_value' end",
    },
    'stated.source_row is not null',
    stated,
    'records.source_file_key = stated.source_file_key and records.source_row = stated.source_row'
) }}
{%- endmacro -%}
