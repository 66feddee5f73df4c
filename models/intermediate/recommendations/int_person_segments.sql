with users as (
    select user_key from {{ ref('int_users_seen') }}
),

known as (
    select distinct user_key
    from {{ ref('int_identifiers_resolved') }}
    where user_key is not null and strength = 'strong'
),

attributes as (
    select * from {{ ref('int_user_attributes') }}
),

consents as (
    select * from {{ ref('int_person_consents') }}
    where purpose = 'personalisation'
)

select
    users.user_key,
    coalesce(attributes.region, '(unknown)')
    || ' | ' || coalesce(attributes.customer_tier, '(unknown)') as segment_code,
    consents.is_granted as is_personalised
from users
inner join known on users.user_key = known.user_key
inner join consents on users.user_key = consents.user_key
left join attributes on users.user_key = attributes.user_key
