with met_rules as (
    select * from {{ ref('int_case_rules_met') }}
),

cases as (
    select
        case_key,
        category_code
    from {{ ref('int_service_cases') }}
),

queues as (
    select
        case_key,
        assigned_code as assigned_queue,
        row_number() over (
            partition by case_key
            order by weight desc, rule_code asc, assigned_code asc
        ) as queue_number
    from met_rules
    where assigns = 'queue' and rule_code is not null
),

-- the reason: rules of the assigned category and queue, all on complaint and priority
reasons as (
    select
        cases.case_key,
        met_rules.rule_code,
        row_number() over (
            partition by cases.case_key
            order by met_rules.rule_code asc
        ) as reason_number
    from cases
    inner join met_rules on cases.case_key = met_rules.case_key
    left join queues
        on cases.case_key = queues.case_key and queues.queue_number = 1
    where
        met_rules.rule_code is not null
        and (
            met_rules.assigns in ('complaint', 'priority')
            or (
                met_rules.assigns = 'category'
                and met_rules.assigned_code = cases.category_code
            )
            or (
                met_rules.assigns = 'queue'
                and met_rules.assigned_code = queues.assigned_queue
            )
        )
    group by cases.case_key, met_rules.rule_code
),

results as (
    select
        case_key,
        max(case when assigns = 'complaint' then 1 else 0 end) as is_complaint,
        max(case when assigns = 'priority' then assigned_code end) as priority
    from met_rules
    where rule_code is null
    group by case_key
),

matched_rules as (
    select
        case_key,
        {{ ordered_list('rule_code', 'reason_number', 'reason_number is not null') }}
            as matched_rules
    from reasons
    group by case_key
)

select
    cases.case_key,
    coalesce(results.is_complaint, 0) = 1 as is_complaint,
    results.priority,
    queues.assigned_queue,
    matched_rules.matched_rules
from cases
left join results on cases.case_key = results.case_key
left join matched_rules on cases.case_key = matched_rules.case_key
left join queues on cases.case_key = queues.case_key and queues.queue_number = 1
