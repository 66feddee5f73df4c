with recorded as (
    select * from {{ ref('stg_production__batches') }}
),

named as (
    select batch_no from recorded
    union
    select batch_no from {{ ref('stg_production__deliveries') }}
    union
    select batch_no from {{ ref('int_batch_anomalies') }}
),

anomalies as (
    select * from {{ ref('int_batch_anomalies') }}
),

anomalies_counted as (
    select
        batch_no,
        count(*) as anomaly_count,
        count(case when severity = 'critical' then 1 end) as critical_anomaly_count,
        min(occurred_at) as first_anomaly_at
    from anomalies
    group by batch_no
),

anomaly_kinds as (
    select
        batch_no,
        event_name,
        row_number() over (
            partition by batch_no
            order by count(*) desc, event_name asc
        ) as kind_number
    from anomalies
    group by batch_no, event_name
)

select
    named.batch_no,
    recorded.item_id,
    coalesce(recorded.line_id, '(none)') as line_id,
    recorded.plant,
    recorded.quantity,
    recorded.produced_at,
    recorded.batch_no is not null as is_recorded,
    coalesce(anomalies_counted.anomaly_count, 0) as anomaly_count,
    coalesce(anomalies_counted.critical_anomaly_count, 0) as critical_anomaly_count,
    anomalies_counted.first_anomaly_at,
    anomaly_kinds.event_name as leading_anomaly
from named
left join recorded on named.batch_no = recorded.batch_no
left join anomalies_counted on named.batch_no = anomalies_counted.batch_no
left join anomaly_kinds
    on named.batch_no = anomaly_kinds.batch_no and anomaly_kinds.kind_number = 1
