{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'academic' as source_system,
    'enrolments' as source_table,
    enrolled_at as occurred_at,
    'enrolled' as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    enrolment_id as order_no,
    course_id as item_id,
    cast(null as {{ text_type() }}) as campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('stg_academic__enrolments') }}
union all
select
    record_key,
    record_hash,
    '' as part_code,
    'academic' as source_system,
    'lessons' as source_table,
    occurred_at,
    case when coalesce(is_attended, true) then 'attended' else 'absent' end
        as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    course_id as item_id,
    cast(null as {{ text_type() }}) as campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('stg_academic__lessons') }}
