{%- set margin = var('lift_margin') -%}
with persons as (
    select * from {{ ref('int_lift_persons') }}
),

counted as (
    select
        medium,
        campaign,
        case when min(goal_code) = max(goal_code) then min(goal_code) end as goal_code,
        min(reached_at) as first_reached_at,
        max(reached_at) as last_reached_at,
        count(case when not is_holdout then 1 end) as treated_user_count,
        count(case when not is_holdout and has_converted then 1 end)
            as treated_converted_count,
        count(case when is_holdout then 1 end) as holdout_user_count,
        count(case when is_holdout and has_converted then 1 end)
            as holdout_converted_count
    from persons
    group by medium, campaign
),

rated as (
    select
        *,
        {{ published_share(
            'treated_rate', 'treated_converted_count', 'treated_user_count'
        ) }},
        {{ published_share(
            'holdout_rate', 'holdout_converted_count', 'holdout_user_count'
        ) }},
        -- with half a person more on each side, so that nobody is no end of a scale
        ln({{ ratio('treated_converted_count + 0.5', '(treated_user_count + 0.5)') }})
        - ln({{ ratio('holdout_converted_count + 0.5', '(holdout_user_count + 0.5)') }})
            as log_lift,
        sqrt(
            {{ ratio('1', '(treated_converted_count + 0.5)') }}
            - {{ ratio('1', '(treated_user_count + 0.5)') }}
            + {{ ratio('1', '(holdout_converted_count + 0.5)') }}
            - {{ ratio('1', '(holdout_user_count + 0.5)') }}
        ) as log_error
    from counted
),

-- both ends by Newcombe: how far each rate may lie from what was seen; the standard error
-- is that of rates in which two more said yes, and two more no
lifted as (
    select
        *,
        treated_rate - holdout_rate as lift,
        treated_rate - holdout_rate - sqrt(
            power(treated_rate - treated_rate_low, 2)
            + power(holdout_rate_high - holdout_rate, 2)
        ) as lift_low,
        treated_rate - holdout_rate + sqrt(
            power(treated_rate_high - treated_rate, 2)
            + power(holdout_rate - holdout_rate_low, 2)
        ) as lift_high,
        case
            when treated_rate is not null and holdout_rate is not null
                then
                    sqrt(
                        {{ ratio(
                            '(treated_converted_count + 2)'
                            ~ ' * (treated_user_count - treated_converted_count + 2)',
                            'power(treated_user_count + 4, 3)'
                        ) }}
                        + {{ ratio(
                            '(holdout_converted_count + 2)'
                            ~ ' * (holdout_user_count - holdout_converted_count + 2)',
                            'power(holdout_user_count + 4, 3)'
                        ) }}
                    )
        end as lift_error
    from rated
)

select
    medium,
    campaign,
    goal_code,
    first_reached_at,
    last_reached_at,
    treated_user_count,
    treated_converted_count,
    treated_rate,
    treated_rate_low,
    treated_rate_high,
    holdout_user_count,
    holdout_converted_count,
    holdout_rate,
    holdout_rate_low,
    holdout_rate_high,
    lift,
    lift_low,
    lift_high,
    treated_rate / nullif(holdout_rate, 0) - 1 as relative_lift,
    case
        when lift is not null and holdout_rate > 0
            then
                least(
                    exp(log_lift - {{ normal_95() }} * log_error),
                    treated_rate / holdout_rate
                ) - 1
    end as relative_lift_low,
    case
        when lift is not null and holdout_rate > 0
            then
                greatest(
                    exp(log_lift + {{ normal_95() }} * log_error),
                    treated_rate / holdout_rate
                ) - 1
    end as relative_lift_high,
    case
        when holdout_user_count = 0 then 'no holdout'
        when lift_low > 0 then 'improved'
        when lift_high < 0 then 'worsened'
        when lift_low >= -{{ margin }} and lift_high <= {{ margin }} then 'no effect'
        else 'inconclusive'
    end as verdict,
    case
        when lift_error > 0
            then
                {{ people_needed(
                    '(treated_user_count + holdout_user_count)', 'lift_error', margin
                ) }}
    end as people_needed,
    treated_user_count < {{ var('min_sample') }}
    or holdout_user_count < {{ var('min_sample') }} as is_suppressed
from lifted
