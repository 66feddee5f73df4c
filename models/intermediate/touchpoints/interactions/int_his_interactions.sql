{{ config(materialized='view') }}
with outcomes as (
    select
        appointments.*,
        coalesce(statuses.outcome, appointments.status) as outcome,
        -- no export says when somebody cancelled: it counts at the booking
        case
            when statuses.is_at_visit then appointments.visit_at
            else appointments.booked_at
        end as outcome_at
    from {{ ref('stg_his__appointments') }} as appointments
    left join {{ ref('appointment_statuses') }} as statuses
        on appointments.status = statuses.raw_status
)

select
    record_key,
    record_hash,
    '' as part_code,
    'his' as source_system,
    'appointments' as source_table,
    booked_at as occurred_at,
    'booked' as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('stg_his__appointments') }}
union all
select
    record_key,
    record_hash,
    'outcome' as part_code,
    'his' as source_system,
    'appointments' as source_table,
    outcome_at as occurred_at,
    outcome as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from outcomes
where outcome <> 'booked' and outcome_at is not null
union all
select
    record_key,
    record_hash,
    '' as part_code,
    'his' as source_system,
    'follow_ups' as source_table,
    done_at as occurred_at,
    'follow_up' as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('stg_his__follow_ups') }}
where done_at is not null
