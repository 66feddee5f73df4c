{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_case_inputs'), 'case_group_key') }}",
    post_hook="{{ remember_inputs(ref('int_case_inputs')) }}"
) }}
with contacts as (
    select * from {{ ref('int_contacts_recorded') }}
    where {{ is_affected('case_group_key') }}
),

categories as (
    select * from {{ ref('case_categories') }}
    where {{ of_this_industry() }}
),

judgements as (
    select * from {{ ref('int_contacts_judged') }}
),

-- who comments or posts need not want anything
wanting as (
    select record_key
    from judgements
    where assigns in ('case', 'complaint')
    group by record_key
    having sum(weight) >= {{ var('case_min_weight') }}
),

topics as (
    select
        judgements.record_key,
        judgements.assigned_code as category_code,
        row_number() over (
            partition by judgements.record_key
            order by
                judgements.weight desc,
                categories.category_rank asc,
                judgements.assigned_code asc
        ) as topic_number
    from judgements
    inner join categories on judgements.assigned_code = categories.category_code
    where judgements.assigns = 'category' and judgements.weight > 0
),

named as (
    select
        contacts.*,
        coalesce(topics.category_code, 'other') as category_code
    from contacts
    left join topics
        on contacts.record_key = topics.record_key and topics.topic_number = 1
    left join wanting on contacts.record_key = wanting.record_key
    where contacts.contact_kind in ('ticket', 'call') or wanting.record_key is not null
),

-- same person, order and topic; a contact continues the case while the one before it is
-- not longer ago than the gap
followed as (
    select
        *,
        lag(opened_at) over (
            partition by case_group_key, order_reference_key, category_code
            order by opened_at, record_key
        ) as previous_opened_at
    from named
),

begun as (
    select
        *,
        case
            when
                previous_opened_at
                >= opened_at - {{ var('case_gap_hours') }} * interval '1' hour
                then 0
            else 1
        end as is_first
    from followed
),

counted as (
    select
        *,
        sum(is_first) over (
            partition by case_group_key, order_reference_key, category_code
            order by opened_at, record_key
            rows between unbounded preceding and current row
        ) as case_number
    from begun
)

select
    case_group_key,
    first_value(record_key) over (
        partition by case_group_key, order_reference_key, category_code, case_number
        order by opened_at, record_key
    ) as case_key,
    row_number() over (
        partition by case_group_key, order_reference_key, category_code, case_number
        order by opened_at, record_key
    ) as contact_number,
    record_key,
    user_key,
    contact_kind,
    touchpoint_code,
    channel_code,
    region,
    order_key,
    category_code,
    source_category,
    source_queue,
    is_flagged,
    opened_at,
    answered_at,
    is_measured,
    bot_answered_at,
    closed_at
from counted
