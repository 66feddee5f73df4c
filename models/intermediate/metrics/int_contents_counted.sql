with interactions as (
    select * from {{ ref('int_content_interactions') }}
),

reads as (
    select * from {{ ref('int_content_reads') }}
),

interactions_by_period as (
    select
        *,
        'month' as period_type,
        month_start_date as period_start_date
    from interactions
    union all
    select
        *,
        'all' as period_type,
        cast(null as date) as period_start_date
    from interactions
),

reads_by_period as (
    select
        *,
        'month' as period_type,
        month_start_date as period_start_date
    from reads
    union all
    select
        *,
        'all' as period_type,
        cast(null as date) as period_start_date
    from reads
),

-- a reader counts once, however often they read
readers as (
    select
        content_id,
        channel_code,
        period_type,
        period_start_date,
        user_key,
        max(case when is_engagement_mature then 1 else 0 end) as engagement_base,
        max(case when is_engagement_mature and has_engaged then 1 else 0 end)
            as engaged_readers,
        max(case when is_consultation_mature then 1 else 0 end) as consultation_base,
        max(case when is_consultation_mature and has_consultation then 1 else 0 end)
            as consulting_readers,
        max(case when is_registration_mature then 1 else 0 end) as registration_base,
        max(case when is_registration_mature and has_registration then 1 else 0 end)
            as registering_readers,
        max(case when is_order_mature then 1 else 0 end) as order_base,
        max(case when is_order_mature and has_order then 1 else 0 end)
            as ordering_readers
    from reads_by_period
    group by content_id, channel_code, period_type, period_start_date, user_key
),

unioned as (
    select
        content_id,
        channel_code,
        period_type,
        period_start_date,
        case when content_role = 'read' then 1 else 0 end as reads,
        case when content_role = 'share' then 1 else 0 end as shares,
        case when content_role = 'comment' then 1 else 0 end as comments,
        case when content_role = 'like' then 1 else 0 end as likes,
        0 as readers,
        0 as engagement_base,
        0 as engaged_readers,
        0 as consultation_base,
        0 as consulting_readers,
        0 as registration_base,
        0 as registering_readers,
        0 as order_base,
        0 as ordering_readers
    from interactions_by_period
    union all
    select
        content_id,
        channel_code,
        period_type,
        period_start_date,
        0 as reads,
        0 as shares,
        0 as comments,
        0 as likes,
        1 as readers,
        engagement_base,
        engaged_readers,
        consultation_base,
        consulting_readers,
        registration_base,
        registering_readers,
        order_base,
        ordering_readers
    from readers
)

select
    content_id,
    channel_code,
    period_type,
    period_start_date,
    cast(sum(reads) as bigint) as reads,
    cast(sum(shares) as bigint) as shares,
    cast(sum(comments) as bigint) as comments,
    cast(sum(likes) as bigint) as likes,
    cast(sum(readers) as bigint) as readers,
    cast(sum(engagement_base) as bigint) as engagement_base,
    cast(sum(engaged_readers) as bigint) as engaged_readers,
    cast(sum(consultation_base) as bigint) as consultation_base,
    cast(sum(consulting_readers) as bigint) as consulting_readers,
    cast(sum(registration_base) as bigint) as registration_base,
    cast(sum(registering_readers) as bigint) as registering_readers,
    cast(sum(order_base) as bigint) as order_base,
    cast(sum(ordering_readers) as bigint) as ordering_readers
from unioned
group by content_id, channel_code, period_type, period_start_date
