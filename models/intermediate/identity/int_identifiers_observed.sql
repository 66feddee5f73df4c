with set_identifiers as (
    select * from {{ ref('int_set_identifiers') }}
),

blocked_identifiers as (
    select * from {{ ref('blocked_identifiers') }}
),

observed as (
    select
        identifier_key,
        identifier_type,
        identifier_scope,
        identifier_value,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        cast(sum(record_count) as bigint) as record_count
    from set_identifiers
    group by
        identifier_key,
        identifier_type,
        identifier_scope,
        identifier_value
),

blocked_by_value as (
    select
        identifier_type,
        value,
        min(reason) as reason
    from blocked_identifiers
    where match_type = 'equals'
    group by identifier_type, value
)

select
    observed.*,
    coalesce(
        blocked_by_value.reason
        {%- for type, pattern, reason in definition_rows(
            ref('blocked_identifiers'),
            ['identifier_type', 'value', 'reason'],
            "match_type = 'pattern'"
        ) %},
        case
            when
                observed.identifier_type = '{{ type }}'
                and {{ matches('observed.identifier_value', pattern) }}
                then '{{ reason }}'
        end
        {%- endfor %}
    ) as block_reason
from observed
left join blocked_by_value
    on
        observed.identifier_type = blocked_by_value.identifier_type
        and observed.identifier_value = blocked_by_value.value
