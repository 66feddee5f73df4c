with records as (
    select * from {{ ref('base_privacy__erasure_requests') }}
),

accepted as (
    select
        record_key,
        record_hash,
        request_id,
        identifier_type,
        {{ id_as_key('substr(identifier_value, 8)') }} as identifier_key,
        requested_at,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
