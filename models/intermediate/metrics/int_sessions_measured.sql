with touchpoints as (
    select
        touchpoint_key,
        record_key,
        session_key,
        event_key,
        order_key,
        occurred_at
    from {{ ref('int_touchpoints_sessionised') }}
),

sessions as (
    select * from {{ ref('int_sessions_resolved') }}
),

events as (
    select * from {{ ref('int_events_defined') }}
),

pages as (
    select * from {{ ref('int_pages_recorded') }}
),

paid_orders as (
    select order_key
    from {{ ref('int_orders_converted') }}
    where is_paid
),

page_channels as (
    select distinct channel_code
    from {{ ref('touchpoints') }}
    where is_page_view and {{ of_this_industry() }}
),

-- one pass: what says nothing of pages or orders is left behind at once
told as (
    select
        touchpoints.session_key,
        touchpoints.touchpoint_key,
        touchpoints.occurred_at,
        events.is_page_view,
        pages.page_key,
        paid_orders.order_key is not null as is_order
    from touchpoints
    inner join events on touchpoints.event_key = events.event_key
    left join pages on touchpoints.record_key = pages.record_key
    left join paid_orders
        on
            touchpoints.order_key = paid_orders.order_key
            and events.interaction_type = 'order'
    where events.is_page_view or paid_orders.order_key is not null
),

after_previous as (
    select
        *,
        lag(occurred_at) over (
            partition by session_key, is_page_view, page_key
            order by occurred_at, touchpoint_key
        ) as previous_at
    from told
),

-- a view whose page is not known is no reload of another one
counted as (
    select
        session_key,
        count(
            case
                when not is_page_view then null
                when
                    page_key is not null
                    and {{ seconds_between('previous_at', 'occurred_at') }}
                    <= {{ var('page_reload_seconds') }}
                    then null
                else 1
            end
        ) as page_view_count,
        max(case when is_order then 1 else 0 end) = 1 as has_order
    from after_previous
    group by session_key
)

select
    sessions.session_key,
    -- who has no identifier is somebody of their own
    coalesce(sessions.user_key, sessions.session_key) as unit_key,
    sessions.channel_code,
    cast(date_trunc('month', sessions.started_date) as date) as month_start_date,
    case
        when page_channels.channel_code is not null
            then coalesce(counted.page_view_count, 0)
    end as page_view_count,
    sessions.has_conversion,
    sessions.has_conversion or coalesce(counted.has_order, false) as has_order
from sessions
left join counted on sessions.session_key = counted.session_key
left join page_channels on sessions.channel_code = page_channels.channel_code
