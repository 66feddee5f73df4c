with records as (
    select
        source_system,
        source_table,
        cast(sum(record_count) as bigint) as record_count
    from {{ ref('int_record_outcomes') }}
    where outcome = 'accepted'
    group by source_system, source_table
),

known_users as (
    select distinct user_key
    from {{ ref('int_identifiers_resolved') }}
    where strength = 'strong' and standing = 'linking'
),

identified as (
    select
        identifier_sets.source_system,
        identifier_sets.source_table,
        cast(sum(identifier_sets.record_count) as bigint) as identified_record_count,
        cast(sum(
            case
                when resolved.user_key is not null then identifier_sets.record_count
                else 0
            end
        ) as bigint) as resolved_record_count,
        cast(sum(
            case
                when known_users.user_key is not null then identifier_sets.record_count
                else 0
            end
        ) as bigint) as matched_record_count
    from {{ ref('int_identifier_sets') }} as identifier_sets
    left join {{ ref('int_identifier_sets_resolved') }} as resolved
        on identifier_sets.identifier_set_key = resolved.identifier_set_key
    left join known_users on resolved.user_key = known_users.user_key
    group by identifier_sets.source_system, identifier_sets.source_table
)

select
    records.source_system,
    records.source_table,
    records.record_count,
    coalesce(identified.identified_record_count, 0) as identified_record_count,
    coalesce(identified.resolved_record_count, 0) as resolved_record_count,
    coalesce(identified.matched_record_count, 0) as matched_record_count,
    {{ published_rate(
        'coalesce(identified.matched_record_count, 0)', 'records.record_count'
    ) }} as match_rate,
    {{ published(
        wilson_low('coalesce(identified.matched_record_count, 0)', 'records.record_count'),
        'records.record_count'
    ) }} as match_rate_low,
    {{ published(
        wilson_high('coalesce(identified.matched_record_count, 0)', 'records.record_count'),
        'records.record_count'
    ) }} as match_rate_high,
    {{ is_suppressed('records.record_count') }} as is_suppressed
from records
inner join identified
    on
        records.source_system = identified.source_system
        and records.source_table = identified.source_table
