{#- Select of the steps of conversions with what the rule models ask of them, and their weights. `steps`: a CTE with
    path_hash (a conversion at a level), touch_number, end_number (its last touch), touchpoint_key, code_key, occurred_at, cents,
    next_lead_number and next_non_direct_number. -#}
{%- macro weigh_steps(steps) -%}
with paths as (
    select
        path_hash,
        count(*) as step_count,
        count(distinct code_key) as code_count,
        min(touch_number) as first_number,
        max(touch_number) as last_number,
        max(occurred_at) as newest_at,
        min(case when next_lead_number <= end_number then touch_number end) as lead_number,
        max(case when next_non_direct_number <= end_number then touch_number end)
            as last_non_direct_number
    from {{ steps }}
    group by path_hash
),

-- of each code its first step stands for it, and these are numbered
code_steps as (
    select
        path_hash,
        min(touch_number) as touch_number
    from {{ steps }}
    group by path_hash, code_key
),

codes_ranked as (
    select
        path_hash,
        touch_number,
        row_number() over (
            partition by path_hash
            order by touch_number
        ) as code_rank
    from code_steps
),

keys_ranked as (
    select
        *,
        row_number() over (
            partition by path_hash
            order by touchpoint_key
        ) as key_rank
    from {{ steps }}
),

placed as (
    select
        steps.path_hash,
        steps.touchpoint_key,
        steps.occurred_at,
        steps.cents,
        steps.key_rank,
        codes_ranked.code_rank,
        paths.step_count,
        paths.code_count,
        paths.newest_at,
        steps.touch_number = paths.first_number as is_first,
        steps.touch_number = paths.last_number as is_last,
        steps.touch_number = coalesce(paths.last_non_direct_number, paths.last_number)
            as is_last_non_direct,
        steps.touch_number = coalesce(paths.lead_number, -1) as is_lead_step,
        paths.lead_number is null as lacks_lead,
        paths.step_count - 1
        - case when paths.first_number < paths.last_number then 1 else 0 end
        - case
            when
                paths.lead_number > paths.first_number
                and paths.lead_number < paths.last_number
                then 1
            else 0
        end as other_count
    from keys_ranked as steps
    inner join paths on steps.path_hash = paths.path_hash
    left join codes_ranked
        on
            steps.path_hash = codes_ranked.path_hash
            and steps.touch_number = codes_ranked.touch_number
)

select
    *,
    {{ position_based_weight() }} as position_based_weight,
    {{ w_shaped_weight() }} as w_shaped_weight,
    {{ time_decay_weight() }} as time_decay_weight
from placed
{%- endmacro -%}
