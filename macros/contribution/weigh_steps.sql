{#- Select of the steps of conversions with what the rule models ask of them, and their weights. `steps`: a CTE with
    path_hash (a conversion at a level), touch_number, end_number (its last touch), touchpoint_key, code_key, occurred_at, cents,
    next_lead_number and next_non_direct_number. -#}
{%- macro weigh_steps(steps) -%}
with described as (
    select
        *,
        row_number() over (
            partition by path_hash
            order by touchpoint_key
        ) as key_rank,
        count(*) over path as step_count,
        min(touch_number) over path as first_step_number,
        max(touch_number) over path as last_step_number,
        max(occurred_at) over path as newest_at,
        min(case when next_lead_number <= end_number then touch_number end) over path
            as lead_step_number,
        max(case when next_non_direct_number <= end_number then touch_number end)
            over path as last_non_direct_number,
        row_number() over (
            partition by path_hash, code_key
            order by touchpoint_key
        ) as code_step_number
    from {{ steps }}
    window path as (partition by path_hash)
),

placed as (
    select
        *,
        touch_number = first_step_number as is_first,
        touch_number = last_step_number as is_last,
        touch_number = coalesce(last_non_direct_number, last_step_number)
            as is_last_non_direct,
        touch_number = coalesce(lead_step_number, -1) as is_lead_step,
        lead_step_number is null as lacks_lead,
        step_count - 1
        - case when first_step_number < last_step_number then 1 else 0 end
        - case
            when
                lead_step_number > first_step_number
                and lead_step_number < last_step_number
                then 1
            else 0
        end as other_count,
        sum(case when code_step_number = 1 then 1 else 0 end) over (
            partition by path_hash
        ) as code_count,
        sum(case when code_step_number = 1 then 1 else 0 end) over (
            partition by path_hash
            order by touchpoint_key
            rows between unbounded preceding and current row
        ) as code_rank
    from described
)

select
    *,
    {{ position_based_weight() }} as position_based_weight,
    {{ w_shaped_weight() }} as w_shaped_weight,
    {{ time_decay_weight() }} as time_decay_weight
from placed
{%- endmacro -%}
