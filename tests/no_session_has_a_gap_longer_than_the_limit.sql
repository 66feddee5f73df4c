with touchpoints as (
    select
        session_id,
        touchpoint_id,
        occurred_at,
        lag(occurred_at) over (
            partition by session_id
            order by occurred_at, touchpoint_id
        ) as previous_at
    from {{ ref('fct_touchpoints') }}
)

select *
from touchpoints
where occurred_at > previous_at + interval '{{ var("session_gap_minutes") }}' minute
