{%- set window = var('push_window_hours') ~ " * interval '1' hour" -%}
with channel_mappings as (
    select * from {{ ref('channel_mappings') }}
    where source_system = 'outreach'
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

sends as (
    select
        sends.send_key,
        sends.user_key,
        coalesce(
            channel_mappings.channel_code, default_mappings.channel_code
        ) as channel_code,
        sends.goal_code,
        sends.is_holdout,
        sends.reached_at,
        sends.opened_at
    from {{ ref('int_sends_reached') }} as sends
    left join channel_mappings
        on coalesce(sends.medium, '(none)') = channel_mappings.platform
    left join channel_mappings as default_mappings
        on default_mappings.platform = '*'
),

conversions as (
    select * from {{ ref('int_conversions') }}
),

-- of several sends the last one before what it is for has the credit
ranked as (
    select
        sends.send_key,
        row_number() over (
            partition by conversions.conversion_key
            order by sends.reached_at desc, sends.send_key desc
        ) as send_rank
    from conversions
    inner join sends
        on
            conversions.user_key = sends.user_key
            and conversions.goal_code = sends.goal_code
            and conversions.converted_at > sends.reached_at
            and conversions.converted_at <= sends.reached_at + {{ window }}
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
    completed.send_key is not null as has_completed,
    sends.reached_at + {{ window }} <= as_of.as_of as is_mature
from sends
left join completed on sends.send_key = completed.send_key
cross join as_of
