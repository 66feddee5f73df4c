{%- set window = var('search_window_hours') ~ " * interval '1' hour" -%}
with searches as (
    select
        touchpoints.touchpoint_key,
        touchpoints.user_key,
        touchpoints.channel_code,
        touchpoints.occurred_at,
        results.result_count,
        results.clicked_item_id,
        lag(touchpoints.occurred_at) over (
            partition by touchpoints.user_key, touchpoints.channel_code
            order by touchpoints.occurred_at, touchpoints.touchpoint_key
        ) as previous_at
    from {{ ref('int_touchpoints_resolved') }} as touchpoints
    left join {{ ref('int_search_results') }} as results
        on touchpoints.record_key = results.record_key
    where
        touchpoints.interaction_type = 'search'
        and touchpoints.user_key is not null
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

paid_orders as (
    select
        orders.order_key,
        identifier_sets.user_key,
        orders.ordered_at
    from {{ ref('int_orders_converted') }} as orders
    inner join identifier_sets
        on orders.identifier_set_key = identifier_sets.identifier_set_key
    where orders.is_paid and identifier_sets.user_key is not null
),

order_items as (
    select * from {{ ref('int_orders_itemised') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

followed as (
    select
        searches.touchpoint_key,
        max(case when order_items.item_id is not null then 1 else 0 end)
            as has_clicked_order
    from searches
    inner join paid_orders
        on
            searches.user_key = paid_orders.user_key
            and searches.occurred_at <= paid_orders.ordered_at
            and searches.occurred_at + {{ window }} >= paid_orders.ordered_at
    left join order_items
        on
            paid_orders.order_key = order_items.order_key
            and searches.clicked_item_id = order_items.item_id
    group by searches.touchpoint_key
),

numbered as (
    select
        searches.*,
        followed.has_clicked_order,
        sum(
            case
                when
                    {{ seconds_between(
                        'searches.previous_at', 'searches.occurred_at'
                    ) }} <= 60 * {{ var('search_gap_minutes') }}
                    then 0
                else 1
            end
        ) over (
            partition by searches.user_key, searches.channel_code
            order by searches.occurred_at, searches.touchpoint_key
        ) as episode_number
    from searches
    left join followed on searches.touchpoint_key = followed.touchpoint_key
),

episodes as (
    select
        user_key,
        channel_code,
        episode_number,
        {{ value_at_earliest('touchpoint_key', 'occurred_at', 'touchpoint_key') }}
            as episode_key,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        count(*) as search_count,
        max(result_count) as most_results,
        coalesce(max(has_clicked_order), 0) = 1 as has_clicked_order,
        count(has_clicked_order) > 0 as has_any_order
    from numbered
    group by user_key, channel_code, episode_number
)

select
    episodes.episode_key,
    episodes.user_key,
    episodes.channel_code,
    episodes.started_at,
    cast(
        date_trunc('month', {{ business_date('episodes.started_at') }}) as date
    ) as month_start_date,
    episodes.ended_at,
    episodes.search_count,
    episodes.has_clicked_order,
    episodes.has_any_order,
    -- null where no search tells how much it found
    episodes.most_results = 0 as has_no_result,
    episodes.ended_at + {{ window }} <= as_of.as_of as is_mature
from episodes
cross join as_of
