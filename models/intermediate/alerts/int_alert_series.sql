with rules as (
    select * from {{ ref('int_alert_rules') }}
),

measures as (
    select * from {{ ref('int_alert_measures') }}
),

days as (
    select * from {{ ref('int_alert_days') }}
),

cut as (
    select
        rules.rule_code,
        case
            when rules.grain in ('touchpoint', 'touchpoint_region')
                then measures.touchpoint_code
        end as touchpoint_code,
        case when rules.grain = 'channel' then measures.channel_code end
            as channel_code,
        case
            when rules.grain in ('region', 'touchpoint_region') then measures.region
        end as region,
        case when rules.grain = 'step' then measures.step_code end as step_code,
        days.day_number,
        measures.numerator,
        measures.denominator,
        measures.square_sum
    from measures
    inner join rules on measures.metric_code = rules.metric_code
    inner join days on measures.measured_date = days.calendar_date
    where
        measures.region is null
        or measures.region <> '(unknown)'
        or rules.grain not in ('region', 'touchpoint_region')
),

named as (
    select
        *,
        coalesce(
            touchpoint_code || '/' || region,
            touchpoint_code,
            channel_code,
            region,
            step_code,
            '(all)'
        ) as alert_subject
    from cut
)

select
    {{ hash64("rule_code || '|' || alert_subject") }} as series_key,
    rule_code,
    alert_subject,
    touchpoint_code,
    channel_code,
    region,
    step_code,
    day_number,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    sum(square_sum) as square_sum
from named
group by
    rule_code,
    alert_subject,
    touchpoint_code,
    channel_code,
    region,
    step_code,
    day_number
