with identifiers as (
    select * from {{ ref('int_identifiers_resolved') }}
),

records as (
    select * from {{ ref('int_identifier_types_matched') }}
),

conflicts as (
    select identifier_key from {{ ref('int_sharing_conflicts') }}
    union
    select identifier_key from {{ ref('int_person_conflicts') }}
    union
    select other_key as identifier_key from {{ ref('int_person_conflicts') }}
    union
    select identifier_key from {{ ref('int_decision_conflicts') }}
    union
    select other_key as identifier_key from {{ ref('int_decision_conflicts') }}
),

counted as (
    select
        identifiers.identifier_type,
        max(identifiers.strength) as strength,
        count(*) as identifier_count,
        count(distinct identifiers.user_key) as user_count,
        count(case when identifiers.standing = 'blocked' then 1 end) as blocked_count,
        count(case when identifiers.standing = 'shared' then 1 end) as shared_count,
        count(conflicts.identifier_key) as conflict_count
    from identifiers
    left join conflicts on identifiers.identifier_key = conflicts.identifier_key
    group by identifiers.identifier_type
)

select
    counted.identifier_type,
    counted.strength,
    counted.identifier_count,
    counted.user_count,
    cast(counted.identifier_count - counted.blocked_count as {{ double_type() }})
    / nullif(counted.user_count, 0) as identifiers_per_user,
    records.record_count,
    records.matched_record_count,
    {{ published_rate('records.matched_record_count', 'records.record_count') }}
        as match_rate,
    {{ published(
        wilson_low('records.matched_record_count', 'records.record_count'),
        'records.record_count'
    ) }} as match_rate_low,
    {{ published(
        wilson_high('records.matched_record_count', 'records.record_count'),
        'records.record_count'
    ) }} as match_rate_high,
    {{ is_suppressed('coalesce(records.record_count, 0)') }} as is_suppressed,
    counted.blocked_count,
    counted.shared_count,
    counted.conflict_count
from counted
left join records on counted.identifier_type = records.identifier_type
