{{ config(materialized='view') }}
select
    sends.record_key as send_key,
    identifier_sets.user_key,
    sends.medium,
    sends.campaign,
    coalesce(sends.is_holdout, false) as is_holdout,
    -- who is held out gets nothing: when it would have been sent stands for the delivery
    coalesce(sends.delivered_at, sends.sent_at) as reached_at
from {{ ref('int_outreach_sends_scoped') }} as sends
inner join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
    on sends.identifier_set_key = identifier_sets.identifier_set_key
where
    identifier_sets.user_key is not null
    and (sends.is_holdout or sends.is_delivered)
