{{ config(materialized='view') }}
with sends as (
    select * from {{ ref('int_outreach_sends_scoped') }}
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
)

select
    {{ key_as_id('sends.record_key') }} as send_id,
    {{ key_as_id('identifier_sets.user_key') }} as user_id,
    sends.medium,
    sends.campaign,
    sends.sent_at,
    sends.delivered_at,
    sends.opened_at,
    sends.clicked_at,
    sends.responded_at,
    coalesce(sends.is_holdout, false) as is_holdout
from sends
left join identifier_sets
    on sends.identifier_set_key = identifier_sets.identifier_set_key
