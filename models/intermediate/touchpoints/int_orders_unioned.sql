with out_of_scope as (
    select * from {{ ref('int_records_out_of_scope') }}
),

platform_orders as (
    select
        record_key as order_key,
        'ecommerce' as source_system,
        'orders' as source_table,
        coalesce(platform, '(none)') as platform,
        order_no,
        identifier_set_key,
        created_at as ordered_at,
        paid_at,
        cancelled_at,
        refunded_at,
        status,
        currency_code,
        amount,
        -- some exports write what was paid back as a minus
        case when amount < 0 then refund_amount else abs(refund_amount) end
            as refund_amount,
        cast(null as {{ text_type() }}) as campaign,
        region,
        false as is_return,
        false as is_refund_stated
    from {{ ref('stg_ecommerce__orders') }}
),

receipts as (
    select
        record_key as order_key,
        'store' as source_system,
        'transactions' as source_table,
        '(none)' as platform,
        receipt_no as order_no,
        identifier_set_key,
        occurred_at as ordered_at,
        occurred_at as paid_at,
        cast(null as timestamp) as cancelled_at,
        cast(null as timestamp) as refunded_at,
        cast(null as {{ text_type() }}) as status,
        currency_code,
        abs(amount) as amount,
        cast(null as decimal(18, 2)) as refund_amount,
        campaign,
        region,
        coalesce(is_return, false) as is_return,
        false as is_refund_stated
    from {{ ref('stg_store__transactions') }}
),

order_activities as (
    select distinct event_mappings.raw_event
    from {{ ref('event_mappings') }} as event_mappings
    inner join {{ ref('touchpoints') }} as touchpoints
        on event_mappings.touchpoint_code = touchpoints.touchpoint_code
    where
        event_mappings.source_system = 'crm'
        and event_mappings.source_table = 'activities'
        and touchpoints.interaction_type = 'order'
        and {{ of_this_industry('event_mappings.industry') }}
        and {{ of_this_industry('touchpoints.industry') }}
),

contracts as (
    select
        activities.record_key as order_key,
        'crm' as source_system,
        'activities' as source_table,
        '(none)' as platform,
        activities.order_no,
        activities.identifier_set_key,
        activities.occurred_at as ordered_at,
        activities.occurred_at as paid_at,
        cast(null as timestamp) as cancelled_at,
        cast(null as timestamp) as refunded_at,
        cast(null as {{ text_type() }}) as status,
        activities.currency_code,
        cast(coalesce(activities.amount, 0) as decimal(18, 2)) as amount,
        cast(null as decimal(18, 2)) as refund_amount,
        cast(null as {{ text_type() }}) as campaign,
        activities.region,
        false as is_return,
        false as is_refund_stated
    from {{ ref('stg_crm__activities') }} as activities
    inner join order_activities on activities.activity_type = order_activities.raw_event
),

enrolments as (
    select
        enrolments.record_key as order_key,
        'academic' as source_system,
        'enrolments' as source_table,
        '(none)' as platform,
        enrolments.enrolment_id as order_no,
        enrolments.identifier_set_key,
        enrolments.enrolled_at as ordered_at,
        -- there is one time: who enrolled has paid, unless the status says otherwise
        case
            when
                coalesce(statuses.is_paid, true)
                and not coalesce(statuses.is_cancelled, false)
                then enrolments.enrolled_at
        end as paid_at,
        cast(null as timestamp) as cancelled_at,
        cast(null as timestamp) as refunded_at,
        enrolments.status,
        enrolments.currency_code,
        cast(coalesce(enrolments.amount, 0) as decimal(18, 2)) as amount,
        case
            when statuses.is_refunded
                then cast(coalesce(enrolments.amount, 0) as decimal(18, 2))
        end as refund_amount,
        cast(null as {{ text_type() }}) as campaign,
        cast(null as {{ text_type() }}) as region,
        false as is_return,
        coalesce(statuses.is_refunded, false) as is_refund_stated
    from {{ ref('stg_academic__enrolments') }} as enrolments
    left join {{ ref('order_statuses') }} as statuses
        on enrolments.status = statuses.raw_status
),

unioned as (
    select * from platform_orders
    union all
    select * from receipts
    union all
    select * from contracts
    union all
    select * from enrolments
)

select unioned.*
from unioned
left join out_of_scope on unioned.order_key = out_of_scope.record_key
where out_of_scope.record_key is null
