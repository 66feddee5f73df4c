{{ config(materialized='view') }}
select
    sends.record_key,
    sends.medium,
    sends.campaign,
    sends.is_holdout,
    sends.sent_at,
    sends.delivered_at,
    sends.opened_at,
    sends.clicked_at,
    sends.responded_at,
    sends.identifier_set_key
from {{ ref('stg_outreach__sends') }} as sends
left join {{ ref('int_records_out_of_scope') }} as out_of_scope
    on sends.record_key = out_of_scope.record_key
where out_of_scope.record_key is null
