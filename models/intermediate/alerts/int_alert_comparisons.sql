{%- set as_double = 'cast({} as ' ~ double_type() ~ ')' -%}
{%- set weeks = var('alert_baseline_weeks') -%}
{#- the median of n values varies π ÷ 2 times as much as their mean -#}
{%- set median_loss = '1.5707963267948966' -%}
-- how unlikely a day is when nothing has changed
with windows as (
    select * from {{ ref('int_alert_windows') }}
),

baselines as (
    select * from {{ ref('int_alert_baselines') }}
),

compared as (
    select
        windows.*,
        baselines.expected,
        baselines.middle_level,
        -- a median deviation tells as much of the spread as 0.37 times as many squares
        0.37 * (
            {{ weeks }} - 1
            + {{ as_double.format('baselines.told_day_count') }} / windows.step_days
        ) as freedom,
        -- 1.4826 median deviations are one standard deviation; of few values a little more
        {{ as_double.format('1.4826') }} * {{ weeks }} / ({{ weeks }} - 0.8)
        * baselines.median_deviation
        * sqrt(1 + {{ median_loss }} / {{ weeks }}) as seen_error,
        case windows.unit
            when 'count' then 1 + {{ median_loss }} / {{ weeks }}
            when 'share'
                then
                    1 / (4 * (windows.denominator + 0.5))
                    + {{ median_loss }} / (4 * (baselines.denominator + 0.5))
            else
                greatest(
                    0,
                    (windows.square_sum + baselines.square_sum)
                    / (windows.denominator + baselines.denominator)
                    - power(
                        (windows.numerator + baselines.numerator)
                        / (windows.denominator + baselines.denominator), 2
                    )
                )
                * (
                    1 / windows.denominator
                    + {{ median_loss }} / nullif(baselines.denominator, 0)
                )
        end as chance_variance
    from windows
    inner join baselines
        on
            windows.series_key = baselines.series_key
            and windows.day_number = baselines.day_number
    where
        case
            when windows.unit = 'count'
                then greatest(windows.observed, baselines.expected)
            else windows.denominator
        end >= windows.min_count
),

-- weeks that agree by luck make no day stand out: chance is the least error
scaled as (
    select
        *,
        greatest(seen_error, sqrt(chance_variance)) as error
    from compared
),

judged as (
    select
        *,
        (level - middle_level) / nullif(error, 0) as deviation,
        {{ normal_of_student(
            'abs((level - middle_level) / nullif(error, 0))', 'freedom'
        ) }} as size
    from scaled
    where error > 0
),

limits as (
    select
        *,
        middle_level - {{ normal_95() }} * error as low_level,
        middle_level + {{ normal_95() }} * error as high_level
    from judged
)

select
    series_key,
    rule_code,
    day_number,
    observed,
    expected,
    {%- for limit, step in [
        ('low', 'greatest(0, low_level)'), ('high', 'high_level')
    ] %}
    case unit
        when 'count' then greatest(0, power({{ step }} / 2, 2) - 0.375)
        when 'share'
            then power(sin(least(1.5707963267948966, {{ step }})), 2)
        else {{ limit }}_level
    end as {{ limit }},
    {%- endfor %}
    case
        when direction = 'both' then 2 * ({{ normal_tail('size') }})
        when (direction = 'up') = (deviation > 0) then {{ normal_tail('size') }}
        else 1 - ({{ normal_tail('size') }})
    end as p_value,
    -- a difference that nobody would act on is none, however certain
    abs(observed - expected)
    >= case when kind = 'sentiment' then threshold else threshold * expected end
    and (direction <> 'up' or observed > expected)
    and (direction <> 'down' or observed < expected) as is_relevant
from limits
