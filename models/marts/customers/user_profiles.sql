with profiles as (
    select * from {{ ref('int_person_profiles') }}
),

tags_numbered as (
    select
        user_key,
        tag_code,
        row_number() over (partition by user_key order by tag_code) as tag_number
    from {{ ref('int_person_tags') }}
),

tags as (
    select
        user_key,
        {{ ordered_list('tag_code', 'tag_number', 'tag_number > 0') }} as activity_tags
    from tags_numbered
    group by user_key
),

channels as (
    select
        user_key,
        count(*) as active_channel_count,
        {{ ordered_list('channel_code', 'channel_rank', 'channel_rank > 0') }}
            as active_channels
    from {{ ref('int_person_channels') }}
    group by user_key
)

select
    {{ key_as_id('profiles.user_key') }} as user_id,
    profiles.as_of_date,
    profiles.lifecycle_stage,
    profiles.first_active_date,
    profiles.last_active_date,
    coalesce(profiles.active_day_count, 0) as active_day_count,
    profiles.recency_days,
    profiles.last_ordered_date,
    profiles.order_count,
    profiles.net_amount,
    profiles.recency_score,
    profiles.frequency_score,
    profiles.monetary_score,
    profiles.rfm_segment_code,
    profiles.intent_score,
    profiles.intent_percentile,
    profiles.intent_decile,
    tags.activity_tags,
    coalesce(channels.active_channel_count, 0) as active_channel_count,
    channels.active_channels,
    profiles.preferred_channel_code,
    profiles.preferred_hour,
    profiles.preferred_category,
    profiles.churn_risk,
    profiles.churn_reasons,
    profiles.dissatisfaction_risk,
    profiles.dissatisfaction_reasons,
    profiles.region,
    profiles.customer_tier,
    profiles.is_known
from profiles
left join tags on profiles.user_key = tags.user_key
left join channels on profiles.user_key = channels.user_key
