-- What sends of no rule bring, or of one that names no goal, is measured by it.
select count(*) as goal_count
from {{ ref('goals') }}
where {{ of_this_industry() }} and is_sent_for
having count(*) <> 1
