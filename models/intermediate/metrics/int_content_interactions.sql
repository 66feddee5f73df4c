with contents as (
    select * from {{ ref('int_contents_recorded') }}
),

interaction_types as (
    select * from {{ ref('interaction_types') }}
    where content_role is not null
),

touchpoints as (
    select
        record_key,
        touchpoint_key,
        user_key,
        channel_code,
        occurred_at,
        case when is_page_view then 'read' else interaction_type end
            as interaction_type
    from {{ ref('int_touchpoints_resolved') }}
)

select
    touchpoints.touchpoint_key,
    contents.content_id,
    touchpoints.channel_code,
    touchpoints.user_key,
    interaction_types.content_role,
    touchpoints.occurred_at,
    cast(
        date_trunc('month', {{ business_date('touchpoints.occurred_at') }}) as date
    ) as month_start_date
from touchpoints
inner join interaction_types
    on touchpoints.interaction_type = interaction_types.interaction_type
inner join contents on touchpoints.record_key = contents.record_key
