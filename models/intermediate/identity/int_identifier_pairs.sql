with set_identifiers as (
    select
        set_identifiers.identifier_set_key,
        set_identifiers.identifier_key,
        set_identifiers.identifier_type,
        set_identifiers.first_seen_at,
        set_identifiers.last_seen_at,
        set_identifiers.record_count,
        set_identifiers.example_record_key
    from {{ ref('int_set_identifiers') }} as set_identifiers
)

select
    one.identifier_key as one_key,
    other.identifier_key as other_key,
    one.identifier_type as one_type,
    other.identifier_type as other_type,
    min(one.first_seen_at) as first_seen_at,
    max(one.last_seen_at) as last_seen_at,
    cast(sum(one.record_count) as bigint) as record_count,
    min(one.example_record_key) as example_record_key
from set_identifiers as one
inner join set_identifiers as other
    on
        one.identifier_set_key = other.identifier_set_key
        and one.identifier_key < other.identifier_key
group by
    one.identifier_key,
    other.identifier_key,
    one.identifier_type,
    other.identifier_type
