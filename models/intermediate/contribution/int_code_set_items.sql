with code_sets as (
    select
        level,
        set_key,
        min(example_path_key) as path_key
    from {{ ref('int_code_sets') }}
    where converted_count > 0
    group by level, set_key
),

items as (
    select distinct
        code_sets.level,
        code_sets.set_key,
        steps.code
    from code_sets
    inner join {{ ref('int_path_steps') }} as steps
        on code_sets.path_key = steps.path_key
)

select
    level,
    set_key,
    code,
    count(*) over (partition by set_key) as code_count,
    -- of codes beyond the 62nd several share a bit: it can only rule subsets out
    (dense_rank() over (partition by level order by code) - 1) % 62 as bit_number
from items
