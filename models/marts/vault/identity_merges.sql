{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='fail',
    post_hook="{{ remember_persons() }}"
) }}
-- depends_on: {{ ref('int_identifiers_resolved') }}
with before as (
    {{ remembered_persons() }}
),

resolved as (
    select
        identifier_key,
        user_key
    from {{ ref('int_identifiers_resolved') }}
    where user_key is not null
),

moved as (
    select
        before.user_key as from_user_key,
        resolved.user_key as to_user_key,
        count(*) as identifier_count
    from before
    inner join resolved on before.identifier_key = resolved.identifier_key
    where before.user_key <> resolved.user_key
    group by before.user_key, resolved.user_key
),

-- what follows looks at those only of whom something has moved
users_before as (
    select distinct user_key from before
    where user_key in (select moved.to_user_key from moved)
),

users_now as (
    select distinct user_key from resolved
    where user_key in (select moved.from_user_key from moved)
),

left_before as (
    select * from before
    where user_key in (select moved.from_user_key from moved)
),

-- who the identifiers of those are now
heirs as (
    select distinct resolved.user_key
    from resolved
    inner join left_before on resolved.identifier_key = left_before.identifier_key
),

counted_links as (
    select
        link_key,
        one_key,
        other_key
    from {{ ref('int_links_judged') }}
    where is_counted and user_key in (select heirs.user_key from heirs)
),

-- a link that counts now between two who were different persons
joining_links as (
    select
        least(one.user_key, other.user_key) as one_user_key,
        greatest(one.user_key, other.user_key) as other_user_key,
        min(links.link_key) as link_key
    from counted_links as links
    inner join before as one on links.one_key = one.identifier_key
    inner join before as other on links.other_key = other.identifier_key
    where one.user_key <> other.user_key
    group by least(one.user_key, other.user_key), greatest(one.user_key, other.user_key)
),

causes as (
    select
        moved.from_user_key,
        moved.to_user_key,
        min(joining_links.link_key) as link_key
    from moved
    inner join joining_links
        on
            moved.from_user_key = joining_links.one_user_key
            or moved.from_user_key = joining_links.other_user_key
    group by moved.from_user_key, moved.to_user_key
),

data_seen as (
    select coalesce(max(newest_load_at), max(newest_event_at)) as newest_at
    from {{ ref('int_source_extents') }}
)

select
    case
        when users_now.user_key is not null then 'split'
        when users_before.user_key is not null then 'merge'
        else 'rename'
    end as change_type,
    {{ key_as_id('moved.from_user_key') }} as from_user_id,
    {{ key_as_id('moved.to_user_key') }} as to_user_id,
    moved.identifier_count,
    data_seen.newest_at as merged_at,
    {{ key_as_id('causes.link_key') }} as link_id,
    cast('{{ invocation_id }}' as {{ text_type() }}) as run_id
from moved
left join users_before on moved.to_user_key = users_before.user_key
left join users_now on moved.from_user_key = users_now.user_key
left join causes
    on
        moved.from_user_key = causes.from_user_key
        and moved.to_user_key = causes.to_user_key
cross join data_seen
