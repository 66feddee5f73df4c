{{ config(materialized='view') }}
-- what a contact says by itself, before it is known what else belongs to its case
with contacts as (
    select * from {{ ref('int_contacts_recorded') }}
),

rules as (
    select * from {{ ref('case_rules') }}
    where assigns in ('case', 'category', 'complaint') and {{ of_this_industry() }}
),

facts as (
    select
        record_key,
        'keyword' as condition_type,
        keyword as condition_value
    from {{ ref('int_contact_keywords') }}
    union all
    select
        record_key,
        'source_category' as condition_type,
        source_category as condition_value
    from contacts
    where source_category is not null
    union all
    select
        record_key,
        'source_queue' as condition_type,
        source_queue as condition_value
    from contacts
    where source_queue is not null
    union all
    select
        record_key,
        'touchpoint' as condition_type,
        touchpoint_code as condition_value
    from contacts
),

-- a rule counts once, however many of its words are there
met_rules as (
    select
        facts.record_key,
        rules.assigns,
        rules.assigned_code,
        rules.rule_code,
        max(rules.weight) as weight
    from facts
    inner join rules
        on
            facts.condition_type = rules.condition_type
            and facts.condition_value = rules.condition_value
    group by
        facts.record_key,
        rules.assigns,
        rules.assigned_code,
        rules.rule_code
)

select
    record_key,
    assigns,
    assigned_code,
    sum(weight) as weight
from met_rules
group by record_key, assigns, assigned_code
