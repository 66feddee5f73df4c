with identifiers as (
    select * from {{ ref('int_identifiers_judged') }}
),

strong_components as (
    select
        identifiers.identifier_key,
        coalesce(components.component, identifiers.identifier_key) as component
    from identifiers
    left join {{ ref('int_strong_components') }} as components
        on identifiers.identifier_key = components.identifier_key
    where identifiers.standing = 'linking' and identifiers.strength = 'strong'
),

weak_attachments as (
    select
        identifiers.identifier_key,
        count(distinct strong_components.component) as component_count,
        min(strong_components.component) as component
    from identifiers
    inner join {{ ref('int_identifier_pairs') }} as pairs
        on identifiers.identifier_key = pairs.identifier_key
    inner join strong_components on pairs.partner_key = strong_components.identifier_key
    where identifiers.standing = 'linking' and identifiers.strength = 'weak'
    group by identifiers.identifier_key
),

placed as (
    select
        identifiers.identifier_key,
        identifiers.identifier_type,
        identifiers.strength,
        identifiers.priority,
        identifiers.first_seen_at,
        case
            when weak_attachments.component_count > 1 then 'shared'
            else identifiers.standing
        end as standing,
        case
            when identifiers.standing = 'blocked' then null
            when strong_components.component is not null
                then strong_components.component
            when weak_attachments.component_count = 1
                then weak_attachments.component
            else identifiers.identifier_key
        end as component
    from identifiers
    left join strong_components
        on identifiers.identifier_key = strong_components.identifier_key
    left join weak_attachments
        on identifiers.identifier_key = weak_attachments.identifier_key
),

ranked as (
    select
        *,
        row_number() over (
            partition by component
            order by first_seen_at asc nulls last, identifier_key asc
        ) as age_rank
    from placed
    where component is not null
),

persons as (
    select
        component,
        identifier_key as user_key
    from ranked
    where age_rank = 1
)

select
    placed.identifier_key,
    placed.identifier_type,
    placed.strength,
    placed.priority,
    placed.standing,
    persons.user_key
from placed
left join persons on placed.component = persons.component
