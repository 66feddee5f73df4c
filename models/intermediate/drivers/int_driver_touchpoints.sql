with counted as (
    select
        outcome_code,
        touchpoint_code,
        count(*) as user_count
    from {{ ref('int_driver_states') }}
    group by outcome_code, touchpoint_code
),

ranked as (
    select
        *,
        row_number() over (
            partition by outcome_code
            order by user_count desc, touchpoint_code asc
        ) as player_number
    from counted
)

select
    outcome_code,
    touchpoint_code,
    cast(player_number as integer) as player_number,
    user_count
from ranked
where player_number <= {{ var('max_drivers') }}
