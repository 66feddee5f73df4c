-- What readers do afterwards is measured by it.
select count(*) as goal_count
from {{ ref('goals') }}
where
    {{ of_this_industry() }}
    and conversion_kind = 'paid_order'
    and order_rank = 'any'
having count(*) = 0
