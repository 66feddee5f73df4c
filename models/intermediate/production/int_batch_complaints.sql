with complaints as (
    select * from {{ ref('int_complaints_identified') }}
),

deliveries as (
    select * from {{ ref('int_batch_deliveries') }}
),

-- what was delivered in parts came on several days
parts as (
    select
        delivered.record_key,
        delivered.batch_no,
        delivered.order_key,
        delivered.equipment_id,
        delivered.delivered_at,
        identifier_sets.user_key
    from {{ ref('int_deliveries_identified') }} as delivered
    inner join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
        on delivered.identifier_set_key = identifier_sets.identifier_set_key
    where delivered.order_key is not null
),

-- the order says which goods are meant, whoever complains and whenever
by_order as (
    select
        complaints.complaint_key,
        deliveries.batch_no,
        deliveries.order_key,
        deliveries.equipment_id,
        deliveries.delivered_at,
        1 as delivery_number,
        'order' as link_kind
    from complaints
    inner join deliveries on complaints.order_key = deliveries.order_key
),

-- without an order all that the person had received not long ago may be meant
by_person as (
    select
        complaints.complaint_key,
        parts.batch_no,
        parts.order_key,
        parts.equipment_id,
        parts.delivered_at,
        row_number() over (
            partition by complaints.complaint_key, parts.batch_no
            order by
                parts.delivered_at desc, parts.order_key asc, parts.record_key asc
        ) as delivery_number,
        'person' as link_kind
    from complaints
    inner join parts
        on
            complaints.user_key = parts.user_key
            and complaints.opened_at >= parts.delivered_at
            and complaints.opened_at
            <= parts.delivered_at
            + {{ var('batch_complaint_days') }} * interval '1' day
    -- one that names an order nobody knows is about that order
    where not complaints.has_order_no
),

linked as (
    select * from by_order
    union all
    select * from by_person
    where delivery_number = 1
)

select
    linked.complaint_key,
    linked.batch_no,
    linked.order_key,
    linked.link_kind,
    linked.equipment_id,
    linked.delivered_at,
    complaints.user_key,
    complaints.source_system,
    complaints.opened_at,
    complaints.region,
    -- a complaint that several batches share counts for each with its part
    cast(
        cast(1 as decimal(18, 9))
        / count(*) over (partition by linked.complaint_key)
        as decimal(18, 9)
    ) as weight
from linked
inner join complaints on linked.complaint_key = complaints.complaint_key
