with set_identifiers as (
    select
        set_identifiers.identifier_set_key,
        set_identifiers.identifier_type = set_identifiers.profile_type as is_profile,
        resolved.identifier_key,
        resolved.strength,
        resolved.priority,
        resolved.standing,
        resolved.user_key
    from {{ ref('int_set_identifiers') }} as set_identifiers
    inner join {{ ref('int_identifiers_resolved') }} as resolved
        on set_identifiers.identifier_key = resolved.identifier_key
    where resolved.standing <> 'blocked'
),

ranked as (
    select
        *,
        row_number() over (
            partition by identifier_set_key
            order by case when is_profile then 0 else 1 end, priority, identifier_key
        ) as profile_rank,
        row_number() over (
            partition by identifier_set_key
            order by
                case when standing = 'linking' then 0 else 1 end,
                case when is_profile then 0 else 1 end,
                priority,
                identifier_key
        ) as person_rank
    from set_identifiers
)

select
    identifier_set_key,
    max(case when profile_rank = 1 then identifier_key end) as profile_key,
    max(case when person_rank = 1 then user_key end) as user_key,
    max(case when person_rank = 1 then identifier_key end) as person_identifier_key
from ranked
group by identifier_set_key
union all
-- what was erased keeps a profile that is nobody's, so that its sessions stay what they were
select distinct
    {{ key_as_row_hash('one_key') }} as identifier_set_key,
    one_key as profile_key,
    cast(null as bigint) as user_key,
    cast(null as bigint) as person_identifier_key
from {{ ref('int_erasures') }}
where erased_kind = 'profile'
