with resolved as (
    select * from {{ ref('int_identifiers_resolved') }}
),

-- the identifiers of one person's limit that a refused join would have brought together
crowded as (
    select
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
            partition by refused_component, identifier_type
        ) as unit_count
    from crowded
    window crowd as (
        partition by refused_component, identifier_type
        order by identifier_key
    )
),

apart as (
    select
        overrides.override_code,
        overrides.one_key,
        overrides.other_key
    from {{ ref('int_identity_overrides') }} as overrides
    inner join {{ ref('int_strong_components') }} as one
        on overrides.one_key = one.identifier_key
    inner join {{ ref('int_strong_components') }} as other
        on
            overrides.other_key = other.identifier_key
            and one.refused_component = other.refused_component
    where overrides.decision = 'keep_apart'
),

unheeded as (
    select
        overrides.override_code,
        overrides.one_key,
        overrides.other_key
    from {{ ref('int_identity_overrides') }} as overrides
    inner join resolved as one on overrides.one_key = one.identifier_key
    inner join resolved as other on overrides.other_key = other.identifier_key
    where
        overrides.decision = 'keep_together'
        and (
            one.user_key is null
            or other.user_key is null
            or one.user_key <> other.user_key
        )
),

sizes as (
    select
        user_key,
        count(*) as identifier_count
    from resolved
    where user_key is not null
    group by user_key
)

select
    'per_person_limit' as conflict_type,
    identifier_key,
    next_key as other_key,
    unit_count as observed_count,
    per_person_limit as limit_count,
    cast(null as {{ text_type() }}) as override_code,
    'links between them refused' as decision
from crowds
where unit_count > per_person_limit and next_key is not null
union all
select
    'kept_apart' as conflict_type,
    one_key as identifier_key,
    other_key,
    cast(null as bigint) as observed_count,
    cast(null as integer) as limit_count,
    override_code,
    'links between them refused' as decision
from apart
union all
select
    'decision_not_followed' as conflict_type,
    one_key as identifier_key,
    other_key,
    cast(null as bigint) as observed_count,
    cast(null as integer) as limit_count,
    override_code,
    'a value is blocked, or another decision keeps them apart' as decision
from unheeded
union all
select
    'oversized_person' as conflict_type,
    user_key as identifier_key,
    cast(null as bigint) as other_key,
    identifier_count as observed_count,
    {{ var('max_person_identifiers') }} as limit_count,
    cast(null as {{ text_type() }}) as override_code,
    'reported' as decision
from sizes
where identifier_count > {{ var('max_person_identifiers') }}
