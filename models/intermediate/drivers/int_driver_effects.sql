-- mean outcome of the satisfied less that of the dissatisfied, with nobody and with each
-- group of persons left out
with moments as (
    select * from {{ ref('int_driver_moments') }}
),

touchpoints as (
    select * from {{ ref('int_driver_touchpoints') }}
),

sums as (
    select
        touchpoints.outcome_code,
        touchpoints.touchpoint_code,
        moments.person_group,
        sum(
            case
                when
                    moments.row_variable = touchpoints.player_number
                    and moments.column_variable = 0
                    then moments.moment
            end
        ) as answered_count,
        sum(
            case
                when
                    moments.row_variable = touchpoints.player_number
                    and moments.column_variable = 99
                    then moments.moment
            end
        ) as answered_sum,
        sum(
            case
                when
                    moments.row_variable = touchpoints.player_number + 10
                    and moments.column_variable = 0
                    then moments.moment
            end
        ) as high_count,
        sum(
            case
                when
                    moments.row_variable = touchpoints.player_number + 10
                    and moments.column_variable = 99
                    then moments.moment
            end
        ) as high_sum
    from touchpoints
    inner join moments on touchpoints.outcome_code = moments.outcome_code
    group by
        touchpoints.outcome_code,
        touchpoints.touchpoint_code,
        moments.person_group
),

replicates as (
    select * from {{ ref('int_driver_replicates') }}
),

remaining as (
    select
        replicates.outcome_code,
        replicates.left_out_group,
        sums.touchpoint_code,
        coalesce(sum(sums.answered_count), 0) as answered_count,
        coalesce(sum(sums.high_count), 0) as high_count,
        coalesce(sum(sums.high_sum), 0) as high_sum,
        coalesce(sum(sums.answered_count), 0) - coalesce(sum(sums.high_count), 0)
            as low_count,
        coalesce(sum(sums.answered_sum), 0) - coalesce(sum(sums.high_sum), 0) as low_sum
    from replicates
    inner join sums
        on
            replicates.outcome_code = sums.outcome_code
            and replicates.left_out_group <> sums.person_group
    group by
        replicates.outcome_code,
        replicates.left_out_group,
        sums.touchpoint_code
)

select
    outcome_code,
    left_out_group,
    touchpoint_code,
    cast(answered_count as bigint) as user_count,
    cast(high_count as bigint) as high_count,
    cast(low_count as bigint) as low_count,
    {{ ratio('high_sum', 'high_count') }}
    - {{ ratio('low_sum', 'low_count') }} as effect
from remaining
