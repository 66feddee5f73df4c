with converting as (
    select distinct
        level,
        code_set,
        {{ row_hash(['level', list_as_json('code_set')]) }} as set_key
    from {{ ref('int_code_sets') }}
    where converted_count > 0
),

items as (
    {{ list_items('converting', ['level', 'set_key'], 'code_set') }}
)

select
    level,
    set_key,
    item as code,
    count(*) over (partition by set_key) as code_count,
    -- of codes beyond the 62nd several share a bit: it can only rule subsets out
    (dense_rank() over (partition by level order by item) - 1) % 62 as bit_number
from items
