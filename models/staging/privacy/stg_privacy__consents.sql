-- depends_on: {{ ref('int_erasures') }}
with records as (
    select * from {{ ref('base_privacy__consents') }}
),

-- what is erased names nobody any more
accepted as (
    select
        record_key,
        record_hash,
        identifier_type,
        identifier_value,
        lower(platform) as platform,
        lower(purpose) as purpose,
        is_granted,
        changed_at,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
