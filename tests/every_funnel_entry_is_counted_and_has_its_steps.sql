-- The entries of a funnel, their steps and the report tell the same: an entry has the step that it came to last, at that
-- time and by that interaction, no two interactions enter as one, and as many of those whose window has passed reached a
-- step as the report says.
with entries as (
    select * from {{ ref('fct_funnel_entries') }}
),

steps as (
    select * from {{ ref('fct_funnel_entry_steps') }}
),

farthest as (
    select
        entry_id,
        max(case when not is_optional then step_number end) as reached_step,
        max(case when not is_optional then reached_at end) as last_reached_at,
        min(reached_at) as entered_at
    from steps
    group by entry_id
),

counts as (
    select
        steps.funnel_code,
        steps.step_number,
        count(*) as entry_count
    from steps
    inner join entries on steps.entry_id = entries.entry_id
    where entries.is_mature
    group by steps.funnel_code, steps.step_number
)

select
    'entry' as fault,
    coalesce(entries.entry_id, farthest.entry_id) as found
from entries
full outer join farthest on entries.entry_id = farthest.entry_id
where
    entries.entry_id is null
    or farthest.entry_id is null
    or entries.reached_step <> farthest.reached_step
    or entries.last_reached_at <> farthest.last_reached_at
    or entries.entered_at <> farthest.entered_at
    or entries.is_converted <> (entries.converted_at is not null)
union all
select
    'count' as fault,
    reported.funnel_code as found
from {{ ref('funnel_steps') }} as reported
left join counts
    on
        reported.funnel_code = counts.funnel_code
        and reported.step_number = counts.step_number
where
    reported.breakdown = 'all'
    and reported.entry_count <> coalesce(counts.entry_count, 0)
