-- The newest load of a table has about as many records as those before it had. A warning: sales days are real.
{{ config(severity='warn') }}
select
    source_system,
    source_table,
    load_day,
    received_count,
    former_median
from {{ ref('load_volumes') }}
where status in ('low', 'high')
