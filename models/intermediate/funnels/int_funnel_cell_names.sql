-- a person is the same at entry and at conversion: counted once, told twice
with names as (
    select distinct
        cell_hash,
        funnel_code,
        attribution,
        breakdown,
        breakdown_value,
        is_of_place
    from {{ ref('int_funnel_cells') }}
)

select
    cell_hash,
    funnel_code,
    attribution,
    breakdown,
    breakdown_value
from names
union all
select
    cell_hash,
    funnel_code,
    'conversion' as attribution,
    breakdown,
    breakdown_value
from names
where not is_of_place
