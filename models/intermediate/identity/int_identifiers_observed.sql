with observed as (
    select
        identifier_key,
        identifier_type,
        identifier_scope,
        identifier_value,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        cast(sum(record_count) as bigint) as record_count
    from {{ ref('int_set_identifiers') }}
    group by
        identifier_key,
        identifier_type,
        identifier_scope,
        identifier_value
)

{{ with_block_reason('observed') }}
