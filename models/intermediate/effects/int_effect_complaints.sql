with metrics as (
    select distinct
        metric_code,
        outcome_days
    from {{ ref('int_effect_actions') }}
    where fault is null and metric_kind = 'complaints'
),

orders as (
    select
        orders.order_key,
        identifier_sets.user_key,
        orders.ordered_date,
        orders.channel_code,
        orders.region
    from {{ ref('int_orders_converted') }} as orders
    left join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
        on orders.identifier_set_key = identifier_sets.identifier_set_key
    where not orders.is_return
),

complaints as (
    select * from {{ ref('int_cases_assessed') }}
    where is_complaint
)

select
    metrics.metric_code,
    coalesce(orders.user_key, orders.order_key) as unit_key,
    orders.user_key,
    orders.ordered_date as observed_date,
    cast(null as {{ text_type() }}) as touchpoint_code,
    orders.channel_code,
    orders.region,
    cast(0 as {{ double_type() }}) as numerator,
    cast(1 as {{ double_type() }}) as denominator
from orders
cross join metrics
union all
-- a complaint stands where the order stands that it is about, if one is known
select
    metrics.metric_code,
    coalesce(
        orders.user_key, orders.order_key, complaints.user_key, complaints.case_key
    ) as unit_key,
    coalesce(orders.user_key, complaints.user_key) as user_key,
    complaints.cohort_date as observed_date,
    complaints.about_touchpoint_code as touchpoint_code,
    coalesce(orders.channel_code, complaints.about_channel_code) as channel_code,
    case
        when orders.order_key is null then complaints.region else orders.region
    end as region,
    cast(1 as {{ double_type() }}) as numerator,
    cast(0 as {{ double_type() }}) as denominator
from complaints
left join orders on complaints.order_key = orders.order_key
inner join metrics
    on
        complaints.opened_date
        <= complaints.cohort_date + metrics.outcome_days * interval '1' day
