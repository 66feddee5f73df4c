with extents as (
    select * from {{ ref('int_source_extents') }}
),

expectations as (
    select * from {{ ref('source_expectations') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
)

select
    extents.source_system,
    extents.source_table,
    extents.accepted_count > 0 as has_landed,
    extents.newest_event_at,
    extents.newest_load_at,
    cast(expectations.expected_lag_hours as integer) as expected_lag_hours,
    cast(
        {{ seconds_between('extents.newest_event_at', 'as_of.as_of') }} / 3600.0
        as {{ double_type() }}
    ) as lag_hours,
    coalesce(
        {{ seconds_between('extents.newest_event_at', 'as_of.as_of') }}
        > expectations.expected_lag_hours * 3600.0,
        false
    ) as is_late
from extents
left join expectations
    on
        extents.source_system = expectations.source_system
        and extents.source_table = expectations.source_table
cross join as_of
