-- Two member numbers are two people, unless somebody in charge decided otherwise: those count as one.
with owned as (
    select
        resolved.user_key,
        limited.identifier_type,
        max(limited.per_person_limit) as per_person_limit,
        count(distinct limited.unit_key) as unit_count
    from {{ ref('int_identifiers_limited') }} as limited
    inner join {{ ref('int_identifiers_resolved') }} as resolved
        on limited.node = resolved.identifier_key
    group by resolved.user_key, limited.identifier_type
)

select * from owned
where unit_count > per_person_limit
