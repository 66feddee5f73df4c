with users as (
    select * from {{ ref('int_users_seen') }}
),

activities as (
    select * from {{ ref('int_user_activities') }}
),

identifiers as (
    select
        user_key,
        count(*) as identifier_count,
        count(case when strength = 'strong' then 1 end) as strong_identifier_count
    from {{ ref('int_identifiers_resolved') }}
    where user_key is not null
    group by user_key
),

attributes as (
    select * from {{ ref('int_user_attributes') }}
)

select
    {{ key_as_id('users.user_key') }} as user_id,
    users.first_seen_at,
    users.last_seen_at,
    activities.first_channel_code,
    coalesce(activities.channel_count, 0) as channel_count,
    coalesce(activities.touchpoint_count, 0) as touchpoint_count,
    cast(identifiers.identifier_count as bigint) as identifier_count,
    identifiers.strong_identifier_count > 0 as is_known,
    attributes.region,
    attributes.customer_tier,
    attributes.gender,
    attributes.birth_year,
    attributes.name_masked
from users
left join activities on users.user_key = activities.user_key
left join identifiers on users.user_key = identifiers.user_key
left join attributes on users.user_key = attributes.user_key
