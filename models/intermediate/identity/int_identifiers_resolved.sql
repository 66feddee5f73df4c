with identifiers as (
    select * from {{ ref('int_identifiers_judged') }}
),

joined as (
    select * from {{ ref('int_strong_components') }}
),

anchors as (
    select
        identifiers.identifier_key,
        coalesce(joined.component, identifiers.identifier_key) as component
    from identifiers
    left join joined on identifiers.identifier_key = joined.identifier_key
    where
        joined.identifier_key is not null
        or (identifiers.standing = 'linking' and identifiers.strength = 'strong')
),

unattached as (
    select identifiers.identifier_key
    from identifiers
    left join joined on identifiers.identifier_key = joined.identifier_key
    where
        identifiers.standing = 'linking'
        and identifiers.strength = 'weak'
        and joined.identifier_key is null
),

apart as (
    select
        one_key as identifier_key,
        other_key as partner_key
    from {{ ref('int_identifiers_kept_apart') }}
    union all
    select
        other_key as identifier_key,
        one_key as partner_key
    from {{ ref('int_identifiers_kept_apart') }}
),

-- the components that a weak identifier must not become part of
components_apart as (
    select
        apart.identifier_key,
        anchors.component
    from apart
    inner join anchors on apart.partner_key = anchors.identifier_key
),

weak_candidates as (
    select
        unattached.identifier_key,
        count(distinct anchors.component) as component_count,
        min(anchors.component) as component
    from unattached
    inner join {{ ref('int_identifier_partners') }} as partners
        on unattached.identifier_key = partners.identifier_key
    inner join anchors on partners.partner_key = anchors.identifier_key
    left join components_apart
        on
            unattached.identifier_key = components_apart.identifier_key
            and anchors.component = components_apart.component
    where components_apart.component is null
    group by unattached.identifier_key
),

-- of two devices that are to be kept apart neither joins the person that both were seen with
weak_conflicts as (
    select distinct one.identifier_key
    from apart
    inner join weak_candidates as one on apart.identifier_key = one.identifier_key
    inner join weak_candidates as other
        on
            apart.partner_key = other.identifier_key
            and one.component = other.component
    where one.component_count = 1 and other.component_count = 1
),

weak_attachments as (
    select weak_candidates.*
    from weak_candidates
    left join weak_conflicts
        on weak_candidates.identifier_key = weak_conflicts.identifier_key
    where weak_conflicts.identifier_key is null
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
            when anchors.component is not null then anchors.component
            when weak_attachments.component_count = 1
                then weak_attachments.component
            else identifiers.identifier_key
        end as component
    from identifiers
    left join anchors on identifiers.identifier_key = anchors.identifier_key
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
