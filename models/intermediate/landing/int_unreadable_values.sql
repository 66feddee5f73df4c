with counted as (
    {%- for system, table in landed_tables() %}
    select
        '{{ system }}' as source_system,
        '{{ table }}' as source_table,
        source_file_key,
        invalid_columns,
        count(*) as record_count
    from {{ ref('base_' ~ system ~ '__' ~ table) }}
    where invalid_columns is not null
    group by source_file_key, invalid_columns
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

contract_columns as (
    select * from {{ ref('stg_landing__contract_columns') }}
)

select
    counted.source_system,
    counted.source_table,
    counted.source_file_key,
    contract_columns.column_name,
    cast(sum(counted.record_count) as bigint) as unreadable_count
from counted
inner join contract_columns
    on
        counted.source_system = contract_columns.source_system
        and counted.source_table = contract_columns.source_table
        and position(
            ',' || contract_columns.column_name || ',' in ',' || counted.invalid_columns
        ) > 0
group by
    counted.source_system,
    counted.source_table,
    counted.source_file_key,
    contract_columns.column_name
