-- what the first rules say of complaints is a fact to those of priority, and so on
with facts as (
    select * from {{ ref('int_case_facts') }}
),

rules as (
    select * from {{ ref('case_rules') }}
    where {{ of_this_industry() }}
),

priorities as (
    select * from {{ ref('case_priorities') }}
    where {{ of_this_industry() }}
),

met_rules as (
    select
        facts.case_key,
        rules.assigns,
        rules.assigned_code,
        rules.rule_code,
        max(rules.weight) as weight
    from facts
    inner join rules on {{ meets_rule('facts', 'rules') }}
    group by facts.case_key, rules.assigns, rules.assigned_code, rules.rule_code
),

complaint_facts as (
    select
        case_key,
        'complaint' as condition_type,
        'true' as condition_value,
        cast(null as decimal(18, 2)) as number_value
    from met_rules
    where assigns = 'complaint'
    group by case_key
    having sum(weight) >= {{ var('complaint_min_weight') }}
),

complaint_rules as (
    select
        facts.case_key,
        rules.assigns,
        rules.assigned_code,
        rules.rule_code,
        rules.weight
    from complaint_facts as facts
    inner join rules on {{ meets_rule('facts', 'rules') }}
),

rules_so_far as (
    select * from met_rules
    union all
    select * from complaint_rules
),

-- a rule may ask for words and for a complaint: it counts once, with its highest weight
weighed_rules as (
    select
        case_key,
        assigns,
        assigned_code,
        rule_code,
        max(weight) as weight
    from rules_so_far
    group by case_key, assigns, assigned_code, rule_code
),

weights as (
    select
        case_key,
        sum(case when assigns = 'priority' then weight else 0 end) as weight
    from weighed_rules
    group by case_key
),

priority_facts as (
    select
        weights.case_key,
        'priority' as condition_type,
        {{ value_at_first('priorities.priority', ['priorities.priority_rank']) }}
            as condition_value,
        cast(null as decimal(18, 2)) as number_value
    from weights
    inner join priorities on weights.weight >= priorities.min_weight
    group by weights.case_key
),

priority_rules as (
    select
        facts.case_key,
        rules.assigns,
        rules.assigned_code,
        rules.rule_code,
        rules.weight
    from priority_facts as facts
    inner join rules on {{ meets_rule('facts', 'rules') }}
),

results as (
    select
        case_key,
        condition_type as assigns,
        condition_value as assigned_code,
        cast(null as {{ text_type() }}) as rule_code,
        cast(null as integer) as weight
    from complaint_facts
    union all
    select
        case_key,
        condition_type as assigns,
        condition_value as assigned_code,
        cast(null as {{ text_type() }}) as rule_code,
        cast(null as integer) as weight
    from priority_facts
)

select
    case_key,
    assigns,
    assigned_code,
    rule_code,
    max(weight) as weight
from (
    select * from rules_so_far
    union all
    select * from priority_rules
) as all_rules
group by case_key, assigns, assigned_code, rule_code
union all
select * from results
