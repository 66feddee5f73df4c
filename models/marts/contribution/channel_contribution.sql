with contributions as (
    select * from {{ ref('int_contributions') }}
),

person_groups as (
    select count(distinct person_group) as group_count
    from {{ ref('int_person_groups') }}
),

levels_and_models as (
    {{ contribution_levels_and_models() }}
),

compared as (
    select
        *,
        max(
            case when month_date is null and left_out_group is null then share end
        ) over (partition by goal_code, level, code, model_code) as whole_share
    from contributions
),

-- how far the share moves when a group of persons is left out; a code that only its persons have is nobody's then
moved as (
    select
        *,
        count(left_out_group) over each_code as replicate_count,
        coalesce(sum(
            case when left_out_group is not null then share - whole_share end
        ) over each_code, 0) as moves,
        coalesce(sum(
            case
                when left_out_group is not null
                    then (share - whole_share) * (share - whole_share)
            end
        ) over each_code, 0) as squared_moves
    from compared
    window each_code as (partition by goal_code, level, code, model_code)
),

published as (
    select
        moved.*,
        case
            when levels_and_models.has_intervals and moved.month_date is null
                then {{ normal_95() }} * {{ jackknife_error(
                    'moved.moves - (person_groups.group_count - moved.replicate_count)'
                    ~ ' * moved.whole_share',
                    'moved.squared_moves + (person_groups.group_count'
                    ~ ' - moved.replicate_count) * moved.whole_share * moved.whole_share',
                    'person_groups.group_count'
                ) }}
        end as half_width
    from moved
    inner join levels_and_models
        on
            moved.level = levels_and_models.level
            and moved.model_code = levels_and_models.model_code
    cross join person_groups
    where moved.left_out_group is null
)

select
    goal_code,
    level,
    code,
    model_code,
    case when month_date is null then 'all' else 'month' end as period_type,
    month_date as period_start_date,
    conversions,
    value,
    share,
    share - half_width as share_low,
    share + half_width as share_high,
    share < {{ var('low_data_share') }} as is_low_data,
    total_conversions is null as is_unsettled,
    value_share,
    removal_effect,
    value_removal_effect,
    total_conversions,
    total_value
from published
