with weights as (
    select
        business_goal_code,
        figure_code,
        urgent_end,
        cast(weight as {{ double_type() }}) as weight,
        cast(sum(weight) over (partition by business_goal_code) as {{ double_type() }})
            as total_weight
    from {{ ref('priority_weights') }}
    where {{ of_this_industry() }}
),

measured as (
    select * from {{ ref('int_touchpoints_measured') }}
    -- events that no definition names are no touchpoint that could be mended
    where touchpoint_code <> 'unmapped'
),

-- a figure that is not known speaks for no touchpoint
figures as (
    {%- for figure, value in [
        ('traffic', 'person_count'),
        ('conversion', 'conversion_rate'),
        ('intent', 'intent_rate'),
        ('contribution', 'contribution_share'),
        ('csat', 'csat'),
        ('nps', 'nps'),
        ('ces', 'ces'),
        ('sentiment', 'mean_sentiment'),
        ('response', 'median_first_response_seconds'),
        ('complaint', 'complaint_rate'),
    ] %}
    select
        touchpoint_code,
        period_type,
        period_start_date,
        '{{ figure }}' as figure_code,
        cast({{ value }} as {{ double_type() }}) as figure
    from measured
    where {{ value }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- share of the other touchpoints that the figure is less urgent at
ranked as (
    select
        weights.business_goal_code,
        weights.weight,
        weights.total_weight,
        figures.touchpoint_code,
        figures.period_type,
        figures.period_start_date,
        figures.figure_code,
        percent_rank() over (
            partition by
                weights.business_goal_code,
                figures.figure_code,
                figures.period_type,
                figures.period_start_date
            order by
                case
                    when weights.urgent_end = 'low' then -figures.figure
                    else figures.figure
                end
        ) as urgency
    from figures
    inner join weights on figures.figure_code = weights.figure_code
),

weighed as (
    select
        *,
        -- whole parts of 10^-9, so that sums do not depend on their order
        cast(floor(0.5 + weight * urgency / total_weight * 1000000000) as bigint)
            as points,
        row_number() over (
            partition by
                business_goal_code, touchpoint_code, period_type, period_start_date
            order by weight * urgency desc, figure_code asc
        ) as place
    from ranked
),

scored as (
    select
        business_goal_code,
        touchpoint_code,
        period_type,
        period_start_date,
        cast(sum(points) as {{ double_type() }}) / 1000000000 as priority_score,
        min(case when place = 1 and points > 0 then figure_code end)
            as leading_figure_code,
        count(*) as figure_count
    from weighed
    group by business_goal_code, touchpoint_code, period_type, period_start_date
)

select
    business_goal_code,
    touchpoint_code,
    period_type,
    period_start_date,
    priority_score,
    cast(row_number() over (
        partition by business_goal_code, period_type, period_start_date
        order by priority_score desc, touchpoint_code asc
    ) as integer) as priority_rank,
    leading_figure_code,
    figure_count
from scored
