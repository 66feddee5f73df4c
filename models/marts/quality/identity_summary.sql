with identifiers as (
    select * from {{ ref('int_identifiers_resolved') }}
),

records as (
    select * from {{ ref('int_identifier_types_matched') }}
),

counted as (
    select
        identifiers.identifier_type,
        max(identifiers.strength) as strength,
        count(*) as identifier_count,
        count(distinct identifiers.user_key) as user_count,
        count(case when identifiers.standing = 'blocked' then 1 end) as blocked_count,
        count(case when identifiers.standing = 'shared' then 1 end) as shared_count
    from identifiers
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
    counted.shared_count as conflict_count
from counted
left join records on counted.identifier_type = records.identifier_type
