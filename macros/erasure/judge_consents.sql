{#- Post-hook of the consents: a record's key is made of the identifier that it names, so that one identifier in two
    spellings is one, and stays one when it is erased. A record that names no known type or purpose, or a value that is none
    of its type, is quarantined. -#}
{%- macro judge_consents() -%}
{%- set stated -%}
(
    select
        consents.source_file_key,
        consents.source_row,
        case
            when named.source_row is null then 'unknown_identifier_type'
            when named.identifier_key is null then 'invalid_identifier_value'
            when purposes.purpose is null then 'unknown_purpose'
        end as refusal_reason,
        {{ keyed_hash(
            "'privacy.consents:' || " ~ pseudonym('named.identifier_key') ~ " || chr(31) || lower(consents.purpose) || chr(31) || cast(consents.changed_at as "
            ~ text_type() ~ ")"
        ) }} as consent_key
    from {{ this }} as consents
    left join ({{ keyed_identifiers(this, ['source_file_key', 'source_row']) }}) as named
        on consents.source_file_key = named.source_file_key and consents.source_row = named.source_row
    left join {{ ref('consent_purposes') }} as purposes on lower(consents.purpose) = purposes.purpose
    where consents.record_status <> 'quarantined'
) as stated
{%- endset -%}
{{ update_rows(
    this,
    {
        'record_key': 'coalesce(stated.consent_key, records.record_key)',
        'record_status': "case when stated.refusal_reason is null then records.record_status else 'quarantined' end",
        'reason_code': 'stated.refusal_reason',
    },
    'stated.refusal_reason is not null or stated.consent_key <> records.record_key',
    stated,
    'records.source_file_key = stated.source_file_key and records.source_row = stated.source_row'
) }}
{%- endmacro -%}

{#- Takes erased identifiers out of the consents: part of `scrub_records`. What somebody said until then goes with them:
    who comes again has said nothing yet. -#}
{%- macro scrub_consents() -%}
    {%- set relation = ref('base_privacy__consents') -%}
    {%- do create_working_table('erasure_consents',
        'select named.source_file_key, named.source_row, named.identifier_key from ('
        ~ keyed_identifiers(relation, ['source_file_key', 'source_row', 'changed_at', 'loaded_at'])
        ~ ') as named inner join erasure_identifiers as erased on named.identifier_key = erased.identifier_key'
        ~ " where coalesce(named.changed_at, named.loaded_at, timestamp '" ~ var('earliest_time') ~ "') <= erased.erased_until") -%}
    {%- do run_update(
        relation,
        {
            'identifier_value': pseudonym('scrubbed.identifier_key'),
            'record_status': "case when records.record_status = 'accepted' then 'erased' else records.record_status end",
        },
        "records.record_status = 'accepted' or not " ~ is_pseudonym('records.identifier_value'),
        'erasure_consents as scrubbed',
        'records.source_file_key = scrubbed.source_file_key and records.source_row = scrubbed.source_row'
    ) -%}
{%- endmacro -%}
