{{ config(materialized='view') }}
with sends as (
    select * from {{ ref('stg_outreach__sends') }}
),

media as (
    select
        medium,
        max(delivered_at) as last_delivered_at
    from sends
    group by medium
)

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
    sends.identifier_set_key,
    -- what was opened has arrived; a medium without any word on delivery lists what was delivered
    not coalesce(sends.is_holdout, false)
    and (
        coalesce(
            sends.delivered_at, sends.opened_at, sends.clicked_at, sends.responded_at
        ) is not null
        or media.last_delivered_at is null
    ) as is_delivered
from sends
left join media on sends.medium = media.medium
left join {{ ref('int_records_out_of_scope') }} as out_of_scope
    on sends.record_key = out_of_scope.record_key
where out_of_scope.record_key is null
