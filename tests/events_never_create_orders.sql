-- Orders are the records of the selling systems and nothing else: an event that carries an order number links to an order.
with order_records as (
    select
        record_key,
        'ecommerce' as source_system
    from {{ ref('stg_ecommerce__orders') }}
    union all
    select
        record_key,
        'store' as source_system
    from {{ ref('stg_store__transactions') }}
    union all
    select
        record_key,
        'academic' as source_system
    from {{ ref('stg_academic__enrolments') }}
    union all
    select
        activities.record_key,
        'crm' as source_system
    from {{ ref('stg_crm__activities') }} as activities
    where
        activities.activity_type in (
            select event_mappings.raw_event
            from {{ ref('event_mappings') }} as event_mappings
            inner join {{ ref('touchpoints') }} as touchpoints
                on event_mappings.touchpoint_code = touchpoints.touchpoint_code
            where
                event_mappings.source_system = 'crm'
                and touchpoints.interaction_type = 'order'
                and {{ of_this_industry('event_mappings.industry') }}
                and {{ of_this_industry('touchpoints.industry') }}
        )
),

expected as (
    select
        {{ key_as_id('order_records.record_key') }} as order_id,
        order_records.source_system
    from order_records
    left join {{ ref('int_records_out_of_scope') }} as out_of_scope
        on order_records.record_key = out_of_scope.record_key
    where out_of_scope.record_key is null
),

orders as (
    select
        order_id,
        source_system
    from {{ ref('fct_orders') }}
)

select
    coalesce(expected.order_id, orders.order_id) as order_id,
    expected.source_system as expected_source_system,
    orders.source_system
from expected
full outer join orders
    on
        expected.order_id = orders.order_id
        and expected.source_system = orders.source_system
where expected.order_id is null or orders.order_id is null
