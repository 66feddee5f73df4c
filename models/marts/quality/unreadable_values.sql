with unreadable_values as (
    select * from {{ ref('int_unreadable_values') }}
)

select
    source_system,
    source_table,
    column_name,
    cast(sum(unreadable_count) as bigint) as unreadable_count
from unreadable_values
group by source_system, source_table, column_name
