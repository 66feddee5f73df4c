-- The shortest chain of links that join two identifiers of one person, up to 40 links long; `make explain` follows chains
-- of any length. A weak identifier (cookie, device) joins nobody: it is at an end of a chain. Needs the build database,
-- and shows raw identifiers. Name the two by their identifier_id:
-- dbt show -s why_are_these_two_one_person --vars '{one: 0123456789abcdef, other: fedcba9876543210}'
with recursive identifiers as (
    select
        people.identifier_id,
        people.identifier_type,
        people.identifier_scope,
        people.identifier_value,
        people.user_id,
        rules.strength = 'weak' as is_weak,
        rules.strength = 'strong' and people.standing = 'linking' as may_link
    from {{ ref('identity_map') }} as people
    inner join {{ ref('identifier_rules') }} as rules
        on people.identifier_type = rules.identifier_type
),

counted_links as (
    select
        one.identifier_id as one_id,
        other.identifier_id as other_id,
        links.rule_code <> 'same_record'
        or (one.may_link and other.may_link) as is_joining,
        one.is_weak and other.is_weak as are_weak,
        case
            when one.is_weak and not other.is_weak then one.identifier_id
            when other.is_weak and not one.is_weak then other.identifier_id
        end as weak_id,
        links.rule_code,
        links.record_count,
        links.example_record_id,
        links.first_seen_at,
        links.last_seen_at
    from {{ ref('identity_links') }} as links
    inner join identifiers as one
        on
            links.identifier_type = one.identifier_type
            and links.identifier_scope = one.identifier_scope
            and links.identifier_value = one.identifier_value
    inner join identifiers as other
        on
            links.other_identifier_type = other.identifier_type
            and links.other_identifier_scope = other.identifier_scope
            and links.other_identifier_value = other.identifier_value
    where
        links.status = 'counted'
        and links.user_id in (
            select identifiers.user_id from identifiers
            where identifiers.identifier_id = '{{ var("one", "") }}'
        )
),

both_directions as (
    select
        one_id,
        other_id,
        is_joining,
        are_weak,
        weak_id
    from counted_links
    union all
    select
        other_id as one_id,
        one_id as other_id,
        is_joining,
        are_weak,
        weak_id
    from counted_links
),

-- weak ends, and the weak ones that decisions keep together with them
weak_ends as (
    select identifiers.identifier_id
    from identifiers
    where
        identifiers.is_weak
        and identifiers.identifier_id in (
            '{{ var("one", "") }}',
            '{{ var("other", "") }}'
        )
    union
    select both_directions.other_id as identifier_id
    from weak_ends
    inner join both_directions on weak_ends.identifier_id = both_directions.one_id
    where both_directions.is_joining and both_directions.are_weak
),

steps as (
    select distinct
        one_id,
        other_id
    from both_directions
    where is_joining or weak_id in (select weak_ends.identifier_id from weak_ends)
),

reached as (
    select
        '{{ var("one", "") }}' as identifier_id,
        0 as distance
    union
    select
        steps.other_id as identifier_id,
        reached.distance + 1 as distance
    from reached
    inner join steps on reached.identifier_id = steps.one_id
    where reached.distance < 40
),

distances as (
    select
        identifier_id,
        min(distance) as distance
    from reached
    group by identifier_id
),

steps_nearer as (
    select
        steps.one_id as from_id,
        nearest.distance + 1 as from_distance,
        min(nearest.identifier_id) as identifier_id,
        nearest.distance
    from steps
    inner join distances as nearest on steps.other_id = nearest.identifier_id
    group by steps.one_id, nearest.distance
),

chain as (
    select
        identifier_id,
        distance
    from distances
    where identifier_id = '{{ var("other", "") }}'
    union all
    select
        nearer.identifier_id,
        nearer.distance
    from chain
    inner join steps_nearer as nearer
        on
            chain.identifier_id = nearer.from_id
            and chain.distance = nearer.from_distance
),

pairs as (
    select
        farther.distance as link_number,
        nearer.identifier_id as from_id,
        farther.identifier_id as to_id
    from chain as farther
    inner join chain as nearer on farther.distance = nearer.distance + 1
)

select
    pairs.link_number,
    from_identifier.identifier_type as from_type,
    from_identifier.identifier_value as from_value,
    to_identifier.identifier_type as to_type,
    to_identifier.identifier_value as to_value,
    links.rule_code,
    links.record_count,
    links.example_record_id,
    links.first_seen_at,
    links.last_seen_at
from pairs
inner join identifiers as from_identifier
    on pairs.from_id = from_identifier.identifier_id
inner join identifiers as to_identifier on pairs.to_id = to_identifier.identifier_id
inner join counted_links as links
    on
        (pairs.from_id = links.one_id and pairs.to_id = links.other_id)
        or (pairs.from_id = links.other_id and pairs.to_id = links.one_id)
order by pairs.link_number asc, links.rule_code asc
