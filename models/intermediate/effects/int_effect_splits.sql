-- the day of the action, and days before it on which nothing was done: placebos
with actions as (
    select * from {{ ref('int_effect_actions') }}
    where fault is null
),

firsts as (
    select
        action_key,
        cast(min(day_offset) as {{ double_type() }}) as first_offset
    from {{ ref('int_effect_units') }}
    group by action_key
),

placebos as (
    {%- for number in range(1, var('placebo_dates') + 1) %}
    select {{ number }} as split_number
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- evenly spread over the days before that have rows
placebo_days as (
    select
        actions.action_key,
        placebos.split_number,
        actions.washout_days,
        cast(
            floor(
                firsts.first_offset
                * ({{ var('placebo_dates') + 1 }} - placebos.split_number)
                / {{ var('placebo_dates') + 1 }}
            ) as integer
        ) as cut_offset
    from actions
    inner join firsts on actions.action_key = firsts.action_key
    cross join placebos
    where firsts.first_offset < 0 and actions.control_segment is not null
)

select
    action_key,
    0 as split_number,
    0 as cut_offset,
    washout_days as after_offset,
    cast(null as integer) as end_offset
from actions
union all
select
    action_key,
    split_number,
    cut_offset,
    cut_offset + washout_days as after_offset,
    0 as end_offset
from placebo_days
