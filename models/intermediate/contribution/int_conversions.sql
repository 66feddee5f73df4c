with goals as (
    select * from {{ ref('goals') }}
    where {{ of_this_industry() }}
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

orders as (
    select
        'paid_order' as conversion_kind,
        cast(null as {{ text_type() }}) as interaction_type,
        orders.order_key as conversion_key,
        identifier_sets.user_key,
        orders.ordered_at as converted_at,
        orders.channel_code,
        coalesce(orders.net_amount, cast(0 as decimal(18, 2))) as value
    from {{ ref('int_orders_converted') }} as orders
    left join identifier_sets
        on orders.identifier_set_key = identifier_sets.identifier_set_key
    where orders.is_paid
),

interactions as (
    select
        'touchpoint' as conversion_kind,
        touchpoints.interaction_type,
        touchpoints.touchpoint_key as conversion_key,
        touchpoints.user_key,
        touchpoints.occurred_at as converted_at,
        touchpoints.channel_code,
        cast(0 as decimal(18, 2)) as value
    from {{ ref('int_touchpoints_resolved') }} as touchpoints
    where
        touchpoints.interaction_type in (
            select goals.interaction_type
            from goals
            where goals.conversion_kind = 'touchpoint'
        )
),

candidates as (
    select * from orders
    union all
    select * from interactions
),

numbered as (
    select
        *,
        row_number() over (
            partition by user_key, conversion_kind, interaction_type
            order by converted_at, conversion_key
        ) as occurrence_number
    from candidates
)

select
    goals.goal_code,
    goals.lookback_days,
    numbered.conversion_key,
    numbered.user_key,
    numbered.converted_at,
    lag(numbered.converted_at) over (
        partition by goals.goal_code, numbered.user_key
        order by numbered.converted_at, numbered.conversion_key
    ) as previous_converted_at,
    {{ business_date('numbered.converted_at') }} as converted_date,
    numbered.channel_code,
    numbered.value
from numbered
inner join goals
    on
        numbered.conversion_kind = goals.conversion_kind
        and (
            goals.interaction_type is null
            or numbered.interaction_type = goals.interaction_type
        )
        and (
            goals.order_rank = 'any'
            or (
                goals.order_rank = 'first'
                and numbered.user_key is not null
                and numbered.occurrence_number = 1
            )
            or (
                goals.order_rank = 'repeat'
                and numbered.user_key is not null
                and numbered.occurrence_number > 1
            )
        )
