{{ config(materialized='view') }}
with override_groups as (
    select * from {{ ref('int_override_groups') }}
),

seen as (
    select * from {{ ref('int_identifiers_judged') }}
),

unseen_groups as (
    select distinct override_groups.group_key
    from override_groups
    left join seen on override_groups.identifier_key = seen.identifier_key
    where seen.identifier_key is null
),

-- decisions may meet in an identifier that no record shows: whom they join through it is
-- linked to the lowest of them that records show
bridged as (
    select
        seen.cluster_key,
        min(override_groups.identifier_key) over (
            partition by override_groups.group_key
        ) as one_key,
        override_groups.identifier_key as other_key
    from override_groups
    inner join unseen_groups on override_groups.group_key = unseen_groups.group_key
    inner join seen on override_groups.identifier_key = seen.identifier_key
)

select
    cluster_key,
    least(node, neighbour) as one_key,
    greatest(node, neighbour) as other_key
from {{ ref('int_identifiers_kept_together') }}
union
select
    cluster_key,
    one_key,
    other_key
from bridged
where one_key <> other_key
