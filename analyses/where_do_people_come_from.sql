-- People by the channel of the first interaction that can draw somebody in (dim_touchpoints.is_attributable), and how many
-- of them have bought. Registrations, parcels and messages sent are no origin; who has nothing else is in (none seen).
with users as (
    select * from {{ ref('dim_users') }}
),

touchpoints as (
    select * from {{ ref('fct_touchpoints') }}
),

touchpoint_types as (
    select * from {{ ref('dim_touchpoints') }}
),

channels as (
    select * from {{ ref('dim_channels') }}
),

buyers as (
    select distinct user_id from {{ ref('fct_orders') }}
    where is_paid and user_id is not null
),

first_interactions as (
    select
        touchpoints.user_id,
        touchpoints.channel_code,
        row_number() over (
            partition by touchpoints.user_id
            order by touchpoints.occurred_at, touchpoints.touchpoint_id
        ) as interaction_number
    from touchpoints
    inner join touchpoint_types
        on touchpoints.touchpoint_code = touchpoint_types.touchpoint_code
    where touchpoint_types.is_attributable and touchpoints.user_id is not null
),

origins as (
    select
        users.user_id,
        coalesce(channels.channel_name, '(none seen)') as origin,
        buyers.user_id is not null as has_bought
    from users
    left join first_interactions
        on
            users.user_id = first_interactions.user_id
            and first_interactions.interaction_number = 1
    left join channels on first_interactions.channel_code = channels.channel_code
    left join buyers on users.user_id = buyers.user_id
),

counted as (
    select
        origin,
        count(*) as user_count,
        count(case when has_bought then 1 end) as buyer_count
    from origins
    group by origin
)

select
    origin,
    user_count,
    cast(user_count as {{ double_type() }}) / sum(user_count) over () as user_share,
    buyer_count,
    {{ published_rate('buyer_count', 'user_count') }} as buyer_share
from counted
order by user_count desc, origin asc
