with judged as (
    select * from {{ ref('int_actions_judged') }}
),

rules as (
    select * from {{ ref('action_rules') }}
    where {{ of_this_industry() }}
)

select
    rules.rule_code,
    rules.action_code,
    count(judged.user_key) as matched_count,
    {%- for reason in [
        'no_consent', 'open_complaint', 'cooling_down', 'too_many_messages', 'no_item'
    ] %}
    count(case when judged.refusal_reason = '{{ reason }}' then 1 end)
        as {{ reason }}_count,
    {%- endfor %}
    count(case when judged.refusal_reason is null and judged.is_holdout then 1 end)
        as held_out_count,
    count(case when judged.refusal_reason is null and not judged.is_holdout then 1 end)
        as action_count
from rules
left join judged on rules.rule_code = judged.rule_code
group by rules.rule_code, rules.action_code
