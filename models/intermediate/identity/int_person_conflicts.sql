-- the identifiers of one person's limit that a refused join would have brought together
with crowded as (
    select
        components.refused_tier,
        components.refused_component,
        limited.identifier_type,
        limited.per_person_limit,
        limited.unit_key,
        min(limited.node) as identifier_key
    from {{ ref('int_strong_components') }} as components
    inner join {{ ref('int_identifiers_limited') }} as limited
        on components.identifier_key = limited.node
    where components.refused_component is not null
    group by
        components.refused_tier,
        components.refused_component,
        limited.identifier_type,
        limited.per_person_limit,
        limited.unit_key
),

crowds as (
    select
        *,
        lead(identifier_key) over crowd as next_key,
        count(*) over (
            partition by refused_tier, refused_component, identifier_type
        ) as unit_count
    from crowded
    window crowd as (
        partition by refused_tier, refused_component, identifier_type
        order by identifier_key
    )
),

sizes as (
    select
        user_key,
        count(*) as identifier_count
    from {{ ref('int_identifiers_resolved') }}
    where user_key is not null
    group by user_key
    having count(*) > {{ var('max_person_identifiers') }}
),

-- a person who was erased and came again is not called by an identifier's key
aged as (
    select
        sizes.user_key,
        sizes.identifier_count,
        resolved.identifier_key,
        row_number() over (
            partition by sizes.user_key
            order by judged.first_seen_at asc nulls last, resolved.identifier_key asc
        ) as age_rank
    from sizes
    inner join {{ ref('int_identifiers_resolved') }} as resolved
        on sizes.user_key = resolved.user_key
    inner join {{ ref('int_identifiers_judged') }} as judged
        on resolved.identifier_key = judged.identifier_key
)

-- two who meet in several refused joins: the largest is told
select
    'per_person_limit' as conflict_type,
    identifier_key,
    next_key as other_key,
    max(unit_count) as observed_count,
    max(per_person_limit) as limit_count,
    'links between them refused' as decision
from crowds
where unit_count > per_person_limit and next_key is not null
group by identifier_key, next_key
union all
select
    'oversized_person' as conflict_type,
    identifier_key,
    cast(null as bigint) as other_key,
    identifier_count as observed_count,
    {{ var('max_person_identifiers') }} as limit_count,
    'reported' as decision
from aged
where age_rank = 1
