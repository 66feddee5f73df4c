{%- set window = var('push_window_hours') ~ " * interval '1' hour" -%}
with channel_mappings as (
    select * from {{ ref('channel_mappings') }}
    where source_system = 'outreach'
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- somebody held out is asked nothing: the time at which it would have been sent stands for the delivery
sends as (
    select
        sends.record_key as send_key,
        identifier_sets.user_key,
        coalesce(
            channel_mappings.channel_code, default_mappings.channel_code
        ) as channel_code,
        coalesce(sends.is_holdout, false) as is_holdout,
        coalesce(sends.delivered_at, sends.sent_at) as reached_at,
        least(sends.opened_at, sends.clicked_at, sends.responded_at) as opened_at
    from {{ ref('int_outreach_sends_scoped') }} as sends
    inner join identifier_sets
        on sends.identifier_set_key = identifier_sets.identifier_set_key
    left join channel_mappings
        on coalesce(sends.medium, '(none)') = channel_mappings.platform
    left join channel_mappings as default_mappings
        on default_mappings.platform = '*'
    where
        identifier_sets.user_key is not null
        and (sends.is_holdout or sends.is_delivered)
),

order_goals as (
    select goal_code from {{ ref('goals') }}
    where
        {{ of_this_industry() }}
        and conversion_kind = 'paid_order'
        and order_rank = 'any'
),

orders as (
    select distinct
        conversion_key,
        user_key,
        converted_at
    from {{ ref('int_conversions') }}
    where
        goal_code in (select order_goals.goal_code from order_goals)
        and user_key is not null
),

-- of several sends the last one before the order has its credit
ranked as (
    select
        sends.send_key,
        row_number() over (
            partition by orders.conversion_key
            order by sends.reached_at desc, sends.send_key desc
        ) as send_rank
    from orders
    inner join sends
        on
            orders.user_key = sends.user_key
            and orders.converted_at > sends.reached_at
            and orders.converted_at <= sends.reached_at + {{ window }}
),

completed as (
    select distinct send_key
    from ranked
    where send_rank = 1
)

select
    sends.send_key,
    sends.user_key,
    sends.channel_code,
    sends.is_holdout,
    sends.reached_at,
    cast(
        date_trunc('month', {{ business_date('sends.reached_at') }}) as date
    ) as month_start_date,
    not sends.is_holdout
    and coalesce(sends.opened_at <= sends.reached_at + {{ window }}, false)
        as has_opened,
    completed.send_key is not null as has_ordered,
    sends.reached_at + {{ window }} <= as_of.as_of as is_mature
from sends
left join completed on sends.send_key = completed.send_key
cross join as_of
