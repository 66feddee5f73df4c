with code_sets as (
    select distinct set_key
    from {{ ref('int_code_sets') }}
    where converted_count > 0
),

converting as (
    select distinct
        stretch_sets.level,
        stretch_sets.code_set,
        stretch_sets.set_key
    from {{ ref('int_stretch_sets') }} as stretch_sets
    inner join code_sets on stretch_sets.set_key = code_sets.set_key
),

items as (
    {{ items_of_list('converting', ['level', 'set_key'], 'code_set') }}
)

select
    level,
    set_key,
    item as code,
    count(*) over (partition by set_key) as code_count,
    -- of codes beyond the 62nd several share a bit: it can only rule subsets out
    (dense_rank() over (partition by level order by item) - 1) % 62 as bit_number
from items
