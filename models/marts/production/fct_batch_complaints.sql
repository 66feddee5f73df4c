with complaints as (
    select * from {{ ref('int_batch_complaints') }}
),

batches as (
    select * from {{ ref('int_batches_observed') }}
),

alerts as (
    select * from {{ ref('int_batches_alerted') }}
)

select
    {{ key_as_id('complaints.complaint_key') }} as complaint_id,
    complaints.batch_no,
    complaints.source_system,
    {{ key_as_id('complaints.user_key') }} as user_id,
    {{ key_as_id('complaints.order_key') }} as order_id,
    complaints.link_kind,
    complaints.weight,
    complaints.opened_at,
    complaints.region,
    complaints.equipment_id,
    complaints.delivered_at,
    {{ seconds_between('complaints.delivered_at', 'complaints.opened_at') }} / 86400.0
        as days_since_delivery,
    batches.item_id,
    batches.line_id,
    batches.anomaly_count,
    batches.critical_anomaly_count,
    batches.leading_anomaly,
    batches.first_anomaly_at,
    alerts.alerted_at is not null as is_batch_alerted,
    alerts.alerted_at
from complaints
inner join batches on complaints.batch_no = batches.batch_no
inner join alerts on complaints.batch_no = alerts.batch_no
