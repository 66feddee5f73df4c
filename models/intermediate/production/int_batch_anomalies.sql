with events as (
    select * from {{ ref('stg_production__equipment_events') }}
    where batch_no is not null
),

severities as (
    select * from {{ ref('event_severities') }}
    where is_anomaly
)

select
    events.record_key as anomaly_key,
    events.batch_no,
    events.equipment_id,
    events.event_name,
    severities.severity,
    events.occurred_at,
    row_number() over (
        partition by events.batch_no
        order by events.occurred_at, events.record_key
    ) as anomaly_number
from events
inner join severities on events.severity = severities.raw_severity
