with contributions as (
    select * from {{ ref('int_contributions') }}
),

person_groups as (
    select distinct person_group
    from {{ ref('int_person_groups') }}
),

published as (
    select
        *,
        case when month_date is null then 'all' else 'month' end as period_type
    from contributions
    where left_out_group is null
),

-- a code that only persons of one group have is nobody's without it
replicates as (
    select
        published.goal_code,
        published.level,
        published.code,
        published.model_code,
        coalesce(contributions.share, 0) as share
    from published
    cross join person_groups
    left join contributions
        on
            published.goal_code = contributions.goal_code
            and published.level = contributions.level
            and published.code = contributions.code
            and published.model_code = contributions.model_code
            and person_groups.person_group = contributions.left_out_group
    where published.month_date is null
),

intervals as (
    select
        goal_code,
        level,
        code,
        model_code,
        {{ jackknife_error('share') }} as standard_error
    from replicates
    group by goal_code, level, code, model_code
),

levels_and_models as (
    {{ contribution_levels_and_models() }}
)

select
    published.goal_code,
    published.level,
    published.code,
    published.model_code,
    published.period_type,
    published.month_date as period_start_date,
    published.conversions,
    published.value,
    published.share,
    case
        when levels_and_models.has_intervals
            then published.share - {{ normal_95() }} * intervals.standard_error
    end as share_low,
    case
        when levels_and_models.has_intervals
            then published.share + {{ normal_95() }} * intervals.standard_error
    end as share_high,
    published.share < {{ var('low_data_share') }} as is_low_data,
    published.value_share,
    published.removal_effect,
    published.value_removal_effect,
    published.total_conversions,
    published.total_value
from published
inner join levels_and_models
    on
        published.level = levels_and_models.level
        and published.model_code = levels_and_models.model_code
left join intervals
    on
        published.goal_code = intervals.goal_code
        and published.level = intervals.level
        and published.code = intervals.code
        and published.model_code = intervals.model_code
        and published.period_type = 'all'
