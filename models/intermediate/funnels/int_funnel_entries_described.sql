{{ config(materialized='view') }}
-- an entry is of one kind by its places and of another by its person: few of each, where pairs of them would be many.
-- Whose window is still running is neither won nor lost
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
inner join {{ ref('int_funnels') }} as funnels
    on outcomes.funnel_number = funnels.funnel_number
where outcomes.entered_at <= funnels.mature_until
