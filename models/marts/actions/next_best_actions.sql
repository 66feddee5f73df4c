with actions as (
    select * from {{ ref('int_next_best_actions') }}
),

rules as (
    select * from {{ ref('action_rules') }}
    where {{ of_this_industry() }}
),

items as (
    select
        item_id,
        coalesce(item_name, item_id) as item_name
    from {{ ref('int_items_observed') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
)

select
    {{ key_as_id('actions.user_key') }} as user_id,
    rules.rule_code,
    cast(actions.action_rank as integer) as action_rank,
    rules.action_code,
    rules.action_name,
    rules.action_name_zh,
    {%- for reason in ['reason', 'reason_zh'] %}
    replace(
        replace(
            rules.{{ reason }},
            '{item}', coalesce(items.item_name, actions.item_id, '')
        ),
        '{because}', coalesce(reason_items.item_name, actions.reason_item_id, '')
    ) as {{ reason }},
    {%- endfor %}
    rules.channel_code,
    actions.item_id,
    rules.priority,
    as_of.as_of as decided_at,
    as_of.as_of + rules.expiry_days * interval '24' hour as expires_at,
    actions.is_holdout
from actions
inner join rules on actions.rule_code = rules.rule_code
-- an article has no name that may be shown: its number stands in, also where an item has the same
left join items
    on actions.item_id = items.item_id and rules.item_source <> 'next_content'
left join items as reason_items
    on
        actions.reason_item_id = reason_items.item_id
        and rules.item_source <> 'next_content'
cross join as_of
