{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'survey' as source_system,
    'invitations' as source_table,
    coalesce(delivered_at, sent_at) as occurred_at,
    'invited' as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('stg_survey__invitations') }}
union all
select
    record_key,
    record_hash,
    '' as part_code,
    'survey' as source_system,
    'responses' as source_table,
    answered_at as occurred_at,
    'answered' as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('int_survey_responses_identified') }}
