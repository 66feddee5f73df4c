with judged as (
    select * from {{ ref('int_actions_judged') }}
    where refusal_reason is null
)

select
    rule_code,
    user_key,
    item_id,
    reason_item_id,
    is_holdout,
    row_number() over (
        partition by user_key
        order by priority asc, rule_code asc
    ) as action_rank
from judged
