with complaints as (
    select
        record_key,
        'service' as source_system,
        opened_at,
        order_no,
        region,
        identifier_set_key
    from {{ ref('stg_service__tickets') }}
    where is_complaint
    union all
    select
        record_key,
        'hotline' as source_system,
        called_at as opened_at,
        order_no,
        region,
        identifier_set_key
    from {{ ref('stg_hotline__calls') }}
    where is_complaint
),

out_of_scope as (
    select * from {{ ref('int_records_out_of_scope') }}
),

order_numbers as (
    select
        order_no,
        max(only_order_key) as only_order_key
    from {{ ref('int_order_numbers') }}
    group by order_no
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
)

select
    complaints.record_key as complaint_key,
    complaints.source_system,
    complaints.opened_at,
    complaints.region,
    complaints.order_no is not null as has_order_no,
    order_numbers.only_order_key as order_key,
    identifier_sets.user_key
from complaints
left join out_of_scope on complaints.record_key = out_of_scope.record_key
left join order_numbers on complaints.order_no = order_numbers.order_no
left join identifier_sets
    on complaints.identifier_set_key = identifier_sets.identifier_set_key
where out_of_scope.record_key is null
