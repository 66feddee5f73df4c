with overrides as (
    select * from {{ ref('identity_overrides') }}
),

ends as (
    select
        override_code,
        1 as end_number,
        identifier_type,
        platform,
        identifier_value
    from overrides
    union all
    select
        override_code,
        2 as end_number,
        other_identifier_type as identifier_type,
        other_platform as platform,
        other_identifier_value as identifier_value
    from overrides
),

keyed as (
    {{ keyed_identifiers('ends', ['override_code', 'end_number']) }}
),

judged as (
    {{ with_block_reason('keyed') }}
)

select
    overrides.override_code,
    overrides.decision,
    one.identifier_key as one_key,
    other.identifier_key as other_key,
    one.block_reason is not null or other.block_reason is not null as is_blocked,
    overrides.decided_by,
    overrides.decided_on,
    overrides.reason
from overrides
inner join judged as one
    on overrides.override_code = one.override_code and one.end_number = 1
inner join judged as other
    on overrides.override_code = other.override_code and other.end_number = 2
