{{ config(materialized='view') }}
with files as (
    select * from {{ ref('stg_landing__files') }}
    where record_count > 0
),

first_loads as (
    select
        file_key,
        min(loaded_at) as first_loaded_at
    from {{ ref('stg_landing__loads') }}
    group by file_key
),

contract_columns as (
    select * from {{ ref('stg_landing__contract_columns') }}
),

named_columns as (
    select
        files.source_system,
        files.source_table,
        landed.*,
        {{ public_text('landed.column_name') }} as public_name
    from {{ ref('stg_landing__columns') }} as landed
    inner join files on landed.file_key = files.file_key
),

-- a header that holds an identifier is the first record of a file without one
landed_columns as (
    select
        *,
        max(case when public_name <> column_name then 1 else 0 end) over (
            partition by file_key
        ) = 1 as is_record
    from named_columns
),

unreadable_values as (
    select * from {{ ref('int_unreadable_values') }}
),

missing as (
    select
        files.source_system,
        files.source_table,
        contract_columns.column_name,
        'missing' as drift,
        files.file_key
    from files
    inner join contract_columns
        on
            files.source_system = contract_columns.source_system
            and files.source_table = contract_columns.source_table
    left join landed_columns
        on
            files.file_key = landed_columns.file_key
            and contract_columns.column_name = landed_columns.column_name
    where landed_columns.file_key is null
),

extra as (
    select
        landed_columns.source_system,
        landed_columns.source_table,
        case
            when landed_columns.is_record
                then
                    'masked-'
                    || {{ key_as_id(keyed_hash('landed_columns.column_name')) }}
            else landed_columns.column_name
        end as column_name,
        'extra' as drift,
        landed_columns.file_key
    from landed_columns
    left join contract_columns
        on
            landed_columns.source_system = contract_columns.source_system
            and landed_columns.source_table = contract_columns.source_table
            and landed_columns.column_name = contract_columns.column_name
    where contract_columns.column_name is null
),

-- half of a file's records or more, or a type that cannot hold the kind
retyped as (
    select
        landed_columns.source_system,
        landed_columns.source_table,
        landed_columns.column_name,
        'retyped' as drift,
        landed_columns.file_key
    from landed_columns
    inner join contract_columns
        on
            landed_columns.source_system = contract_columns.source_system
            and landed_columns.source_table = contract_columns.source_table
            and landed_columns.column_name = contract_columns.column_name
    inner join files on landed_columns.file_key = files.file_key
    left join unreadable_values
        on
            landed_columns.file_key = unreadable_values.source_file_key
            and landed_columns.column_name = unreadable_values.column_name
    where
        landed_columns.landed_type = 'other'
        or 2 * unreadable_values.unreadable_count >= files.record_count
),

drifts as (
    select * from missing
    union all
    select * from extra
    union all
    select * from retyped
)

select
    drifts.source_system,
    drifts.source_table,
    drifts.column_name,
    drifts.drift,
    max(case when contract_columns.is_needed then 1 else 0 end) = 1 as is_needed,
    count(*) as file_count,
    min(first_loads.first_loaded_at) as first_seen_at
from drifts
left join first_loads on drifts.file_key = first_loads.file_key
left join contract_columns
    on
        drifts.source_system = contract_columns.source_system
        and drifts.source_table = contract_columns.source_table
        and drifts.column_name = contract_columns.column_name
group by
    drifts.source_system,
    drifts.source_table,
    drifts.column_name,
    drifts.drift
