{{ config(materialized='view') }}
-- an entry is of one kind by its places and of another by its person: few of each, where pairs of them would be many
with windows as (
    select distinct
        funnel_number,
        window_hours
    from {{ ref('int_funnel_step_rules') }}
),

as_of as (
    select as_of from {{ ref('int_as_of') }}
)

-- whose window is still running is neither won nor lost
select
    outcomes.funnel_number,
    outcomes.user_key,
    outcomes.entry_key,
    outcomes.entered_at,
    outcomes.reached_steps,
    outcomes.entry_context_key,
    outcomes.last_context_key,
    persons.person_hash,
    {{ row_hash([
        'outcomes.funnel_number',
        'outcomes.entry_context_key',
        'outcomes.last_context_key'
    ]) }} as place_kind_hash,
    {{ row_hash(['outcomes.funnel_number', 'persons.person_hash']) }}
        as person_kind_hash
from {{ ref('int_funnel_outcomes') }} as outcomes
inner join {{ ref('int_funnel_person_kinds') }} as persons
    on outcomes.user_key = persons.user_key
inner join windows on outcomes.funnel_number = windows.funnel_number
cross join as_of
where outcomes.entered_at + windows.window_hours * interval '1' hour <= as_of.as_of
