with batches as (
    select
        batch_no,
        line_id,
        anomaly_count
    from {{ ref('int_batches_observed') }}
),

lines as (
    select
        line_id,
        count(*) as batch_count,
        {{ quantile('anomaly_count', 0.5) }} as usual_anomalies
    from batches
    group by line_id
),

deviations as (
    select
        batches.line_id,
        {{ quantile('abs(batches.anomaly_count - lines.usual_anomalies)', 0.5) }}
            as median_deviation
    from batches
    inner join lines on batches.line_id = lines.line_id
    group by batches.line_id
),

-- 1.4826 median deviations are one standard deviation of a normal quantity; counts vary
-- by their own root at least, and by one
thresholds as (
    select
        lines.line_id,
        lines.batch_count,
        lines.usual_anomalies,
        lines.usual_anomalies + {{ var('batch_alert_deviations') }} * greatest(
            1.4826 * deviations.median_deviation,
            sqrt(greatest(lines.usual_anomalies, 1))
        ) as anomaly_threshold
    from lines
    inner join deviations on lines.line_id = deviations.line_id
    where lines.batch_count >= {{ var('batch_alert_min_batches') }}
),

anomalies as (
    select * from {{ ref('int_batch_anomalies') }}
)

select
    batches.batch_no,
    thresholds.usual_anomalies,
    thresholds.anomaly_threshold,
    -- the anomaly that crossed the threshold
    anomalies.occurred_at as alerted_at
from batches
left join thresholds on batches.line_id = thresholds.line_id
left join anomalies
    on
        batches.batch_no = anomalies.batch_no
        and cast(floor(thresholds.anomaly_threshold) as bigint) + 1
        = anomalies.anomaly_number
