{{ config(materialized='view') }}
with identifiers as (
    select * from {{ ref('identity_map') }}
    where standing = 'linking' and not is_blocked
),

needed as (
    select * from {{ ref('action_identifiers') }}
),

roles as (
    select * from {{ ref('export_roles') }}
),

ranked as (
    select
        roles.role_code,
        needed.channel_code,
        identifiers.user_id,
        identifiers.identifier_type,
        identifiers.identifier_value,
        row_number() over (
            partition by roles.role_code, needed.channel_code, identifiers.user_id
            order by
                needed.preference asc,
                identifiers.last_seen_at desc nulls last,
                identifiers.identifier_id asc
        ) as place
    from identifiers
    inner join needed on identifiers.identifier_type = needed.identifier_type
    inner join roles on identifiers.identifier_type = roles.identifier_type
)

select
    role_code,
    channel_code,
    user_id,
    identifier_type,
    identifier_value
from ranked
where place = 1
