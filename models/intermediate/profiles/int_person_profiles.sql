with users as (
    select user_key from {{ ref('int_users_seen') }}
),

dates as (
    select * from {{ ref('int_profile_dates') }}
),

purchases as (
    select * from {{ ref('int_person_purchases') }}
),

rfm as (
    select * from {{ ref('int_person_rfm') }}
),

lifecycles as (
    select * from {{ ref('int_person_lifecycles') }}
),

intents as (
    select * from {{ ref('int_person_intents') }}
),

risks as (
    select * from {{ ref('int_person_risks') }}
),

channels as (
    select
        user_key,
        channel_code
    from {{ ref('int_person_channels') }}
    where is_preferred
),

preferences as (
    select * from {{ ref('int_person_preferences') }}
),

attributes as (
    select * from {{ ref('int_user_attributes') }}
),

identifiers as (
    select distinct user_key
    from {{ ref('int_identifiers_resolved') }}
    where strength = 'strong' and user_key is not null
),

-- who has no scores is a class of its own
unscored as (
    select segment_code from {{ ref('rfm_segments') }}
    where {{ of_this_industry() }} and recency_from is null
),

gathered as (
    select
        users.user_key,
        coalesce(intents.intent_score, cast(0 as {{ double_type() }})) as intent_score
    from users
    left join intents on users.user_key = intents.user_key
),

-- equal scores share a place, so the window has no tie-break
placed as (
    select
        user_key,
        intent_score,
        percent_rank() over (order by intent_score) as intent_percentile
    from gathered
)

select
    placed.user_key,
    dates.as_of_date,
    purchases.recency_days,
    purchases.last_ordered_date,
    coalesce(purchases.order_count, 0) as order_count,
    coalesce(purchases.net_amount, cast(0 as decimal(18, 2))) as net_amount,
    rfm.recency_score,
    rfm.frequency_score,
    rfm.monetary_score,
    coalesce(rfm.rfm_segment_code, unscored.segment_code) as rfm_segment_code,
    lifecycles.lifecycle_stage,
    lifecycles.first_active_date,
    lifecycles.last_active_date,
    lifecycles.active_day_count,
    placed.intent_score,
    placed.intent_percentile,
    cast(least(10, 1 + floor(10 * placed.intent_percentile)) as integer)
        as intent_decile,
    -- nobody is lost who never did anything
    case
        when lifecycles.user_key is not null
            then coalesce(risks.churn_risk, cast(0 as {{ double_type() }}))
    end as churn_risk,
    case
        when lifecycles.user_key is not null then risks.churn_reasons
    end as churn_reasons,
    coalesce(risks.dissatisfaction_risk, cast(0 as {{ double_type() }}))
        as dissatisfaction_risk,
    risks.dissatisfaction_reasons,
    channels.channel_code as preferred_channel_code,
    preferences.preferred_hour,
    preferences.preferred_category,
    attributes.region,
    attributes.customer_tier,
    identifiers.user_key is not null as is_known
from placed
cross join dates
cross join unscored
left join purchases on placed.user_key = purchases.user_key
left join rfm on placed.user_key = rfm.user_key
left join lifecycles on placed.user_key = lifecycles.user_key
left join risks on placed.user_key = risks.user_key
left join channels on placed.user_key = channels.user_key
left join preferences on placed.user_key = preferences.user_key
left join attributes on placed.user_key = attributes.user_key
left join identifiers on placed.user_key = identifiers.user_key
