with records as (
    select
        source_system,
        source_table,
        cast(sum(record_count) as bigint) as record_count
    from {{ ref('int_record_outcomes') }}
    where outcome = 'accepted'
    group by source_system, source_table
),

identified as (
    select * from {{ ref('int_tables_matched') }}
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
