with dates as (
    select * from {{ ref('int_profile_dates') }}
),

activities as (
    select activities.*
    from {{ ref('int_person_activities') }} as activities
    cross join dates
    where
        activities.is_activity
        and activities.active_date > dates.before_preference_date
),

hours as (
    select
        user_key,
        active_hour,
        sum(interaction_count) as interaction_count,
        max(last_at) as last_at
    from activities
    group by user_key, active_hour
),

hours_ranked as (
    select
        user_key,
        active_hour,
        row_number() over (
            partition by user_key
            order by interaction_count desc, last_at desc, active_hour asc
        ) as place
    from hours
),

items as (
    select
        item_id,
        category
    from {{ ref('stg_catalog__items') }}
    where category is not null
),

-- what they looked at, and what they bought
interests as (
    select
        activities.user_key,
        items.category,
        activities.interaction_count,
        activities.last_at
    from activities
    inner join items on activities.item_id = items.item_id
    union all
    select
        orders.user_key,
        items.category,
        1 as interaction_count,
        orders.ordered_at as last_at
    from {{ ref('int_person_orders') }} as orders
    inner join {{ ref('int_orders_itemised') }} as order_items
        on orders.order_key = order_items.order_key
    inner join items on order_items.item_id = items.item_id
    cross join dates
    where
        orders.is_purchase
        and orders.ordered_date > dates.before_preference_date
),

categories as (
    select
        user_key,
        category,
        sum(interaction_count) as interaction_count,
        max(last_at) as last_at
    from interests
    group by user_key, category
),

categories_ranked as (
    select
        user_key,
        category,
        row_number() over (
            partition by user_key
            order by interaction_count desc, last_at desc, category asc
        ) as place
    from categories
),

preferred as (
    select
        user_key,
        active_hour as preferred_hour,
        cast(null as {{ text_type() }}) as preferred_category
    from hours_ranked
    where place = 1
    union all
    select
        user_key,
        cast(null as integer) as preferred_hour,
        category as preferred_category
    from categories_ranked
    where place = 1
)

select
    user_key,
    max(preferred_hour) as preferred_hour,
    max(preferred_category) as preferred_category
from preferred
group by user_key
