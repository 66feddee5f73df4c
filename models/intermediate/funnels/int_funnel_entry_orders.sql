{{ config(materialized='view') }}
with entries as (
    select distinct entries.entry_key
    from {{ ref('int_funnel_entries') }} as entries
    inner join {{ ref('int_funnel_step_matches') }} as matches
        on entries.funnel_number = matches.funnel_number
    where matches.is_repeat
)

select
    entries.entry_key,
    interactions.order_key
from entries
inner join {{ ref('int_funnel_interactions') }} as interactions
    on entries.entry_key = interactions.touchpoint_key
where interactions.order_key is not null
