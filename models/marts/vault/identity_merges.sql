{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='fail',
    post_hook="{{ remember_persons() }}"
) }}
-- depends_on: {{ ref('int_identifiers_resolved') }}
-- depends_on: {{ ref('int_identifiers_erased') }}
with remembered as (
    {{ remembered_persons() }}
),

erased as (
    select * from {{ ref('int_identifiers_erased') }}
),

-- whoever was erased since then is nobody's past: no row may name the old id beside a new one
users_erased as (
    select distinct remembered.user_key
    from remembered
    inner join erased on remembered.identifier_key = erased.identifier_key
    where erased.erased_until is distinct from remembered.erased_until
),

before as (
    select
        remembered.identifier_key,
        remembered.user_key
    from remembered
    left join users_erased on remembered.user_key = users_erased.user_key
    where users_erased.user_key is null
),

resolved as (
    select * from {{ ref('int_identifiers_resolved') }}
    where user_key is not null
),

moved as (
    select
        before.user_key as from_user_key,
        resolved.user_key as to_user_key,
        count(*) as identifier_count,
        min(identifiers.first_seen_at) as first_seen_at
    from before
    inner join resolved on before.identifier_key = resolved.identifier_key
    inner join {{ ref('int_identifiers_judged') }} as identifiers
        on before.identifier_key = identifiers.identifier_key
    where before.user_key <> resolved.user_key
    group by before.user_key, resolved.user_key
),

-- what follows looks at those only of whom something has moved
users_before as (
    select distinct user_key from remembered
    where user_key in (select moved.to_user_key from moved)
),

users_now as (
    select distinct user_key from resolved
    where user_key in (select moved.from_user_key from moved)
),

-- of several who are called anew together the oldest is renamed, the others are gone into it
moves as (
    select
        moved.*,
        users_before.user_key is not null as is_to_known,
        users_now.user_key is not null as is_from_there,
        row_number() over (
            partition by
                moved.to_user_key,
                case when users_now.user_key is null then 0 else 1 end
            order by moved.first_seen_at asc nulls last, moved.from_user_key asc
        ) as age_rank
    from moved
    left join users_before on moved.to_user_key = users_before.user_key
    left join users_now on moved.from_user_key = users_now.user_key
),

heirs as (
    select to_user_key as user_key from moved
    union
    select user_key from users_now
),

counted_links as (
    select * from {{ ref('int_links_judged') }}
    where is_counted and user_key in (select heirs.user_key from heirs)
),

-- a link that counts now between two who were different persons, or between somebody and an
-- identifier that nobody had shown before
joining_links as (
    select
        least(one.user_key, other.user_key) as one_user_key,
        greatest(one.user_key, other.user_key) as other_user_key,
        one.user_key is null or other.user_key is null as is_to_news,
        min(links.link_key) as link_key
    from counted_links as links
    left join remembered as one on links.one_key = one.identifier_key
    left join remembered as other on links.other_key = other.identifier_key
    where one.user_key is distinct from other.user_key
    group by one.user_key, other.user_key
),

-- of those who only left: a link to where they went
causes as (
    select
        moves.from_user_key,
        moves.to_user_key,
        coalesce(
            min(case when not links.is_to_news then links.link_key end),
            min(links.link_key)
        ) as link_key
    from moves
    inner join joining_links as links
        on
            moves.from_user_key = links.one_user_key
            or moves.from_user_key = links.other_user_key
    where
        not moves.is_from_there
        or moves.to_user_key in (links.one_user_key, links.other_user_key)
    group by moves.from_user_key, moves.to_user_key
),

data_seen as (
    select coalesce(max(newest_load_at), max(newest_event_at)) as newest_at
    from {{ ref('int_source_extents') }}
)

select
    case
        when moves.is_from_there then 'split'
        when moves.is_to_known or moves.age_rank > 1 then 'merge'
        else 'rename'
    end as change_type,
    {{ key_as_id('moves.from_user_key') }} as from_user_id,
    {{ key_as_id('moves.to_user_key') }} as to_user_id,
    moves.identifier_count,
    data_seen.newest_at as merged_at,
    {{ key_as_id('causes.link_key') }} as link_id,
    cast('{{ invocation_id }}' as {{ text_type() }}) as run_id
from moves
left join causes
    on
        moves.from_user_key = causes.from_user_key
        and moves.to_user_key = causes.to_user_key
cross join data_seen
