with users as (
    select user_key from {{ ref('int_users_seen') }}
),

purposes as (
    select * from {{ ref('consent_purposes') }}
),

consents as (
    select * from {{ ref('int_consents_identified') }}
),

-- a run that looks back must not know what was said later; otherwise the newest word
-- counts, whenever it was said
known as (
    select *
    from consents
    where
        user_key is not null
        and changed_at <= timestamp '{{ var("as_of") or var("latest_time") }}'
),

said as (
    select
        user_key,
        purpose,
        is_granted,
        changed_at,
        row_number() over (
            partition by user_key, purpose
            -- of what was said at one moment, the refusal
            order by changed_at desc, is_granted asc, record_key asc
        ) as recency_rank
    from known
)

select
    users.user_key,
    purposes.purpose,
    coalesce(said.is_granted, purposes.is_granted_by_default) as is_granted,
    said.changed_at
from users
cross join purposes
left join said
    on
        users.user_key = said.user_key
        and purposes.purpose = said.purpose
        and said.recency_rank = 1
