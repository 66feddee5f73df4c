{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_identity_clusters'), 'cluster_key') }}",
    post_hook="{{ remember_inputs(ref('int_identity_clusters')) }}"
) }}
with identifiers as (
    select * from {{ ref('int_identifiers_judged') }}
    where {{ is_affected('cluster_key') }}
),

components as (
    select distinct
        identifier_key,
        component
    from {{ ref('int_strong_components') }}
    where {{ is_affected('cluster_key') }}
),

partners as (
    select
        identifier_key,
        partner_key
    from {{ ref('int_identifier_partners') }}
    where {{ is_affected('cluster_key') }}
),

placed as (
    {{ placed_identifiers(
        'identifiers', 'components', 'partners', ref('int_identifiers_kept_apart'),
        ref('int_weak_partners_erased')
    ) }}
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

erased as (
    select * from {{ ref('int_identifiers_erased') }}
),

-- an identifier that was erased and comes again begins another person
persons as (
    select
        ranked.component,
        case
            when erased.identifier_key is null then ranked.identifier_key
            else {{ hash64(
                "cast(ranked.identifier_key as " ~ text_type() ~ ") || ' after ' "
                ~ "|| cast(erased.erased_until as " ~ text_type() ~ ")"
            ) }}
        end as user_key
    from ranked
    left join erased on ranked.identifier_key = erased.identifier_key
    where ranked.age_rank = 1
)

select
    placed.cluster_key,
    placed.identifier_key,
    placed.identifier_type,
    placed.strength,
    placed.priority,
    placed.final_standing as standing,
    placed.is_kept_apart,
    persons.user_key
from placed
left join persons on placed.component = persons.component
