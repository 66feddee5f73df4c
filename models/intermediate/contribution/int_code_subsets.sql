with items as (
    select * from {{ ref('int_code_set_items') }}
    where level in ({{ quoted(var('few_code_levels')) }})
),

masked as (
    select
        level,
        set_key,
        code_count,
        cast(sum(distinct cast(power(2, bit_number) as bigint)) as bigint) as mask
    from items
    group by level, set_key, code_count
),

candidates as (
    select
        whole.set_key,
        whole.code_count,
        part.set_key as subset_key,
        part.code_count as subset_code_count
    from masked as whole
    inner join masked as part
        on
            whole.level = part.level
            and whole.code_count >= part.code_count
            and (whole.mask & part.mask) = part.mask
)

select
    candidates.set_key,
    candidates.code_count,
    candidates.subset_key,
    candidates.subset_code_count
from candidates
inner join items as whole on candidates.set_key = whole.set_key
inner join items as part
    on
        candidates.subset_key = part.set_key
        and whole.code = part.code
group by
    candidates.set_key,
    candidates.code_count,
    candidates.subset_key,
    candidates.subset_code_count
having count(*) = candidates.subset_code_count
