{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_identity_clusters'), 'cluster_key') }}",
    post_hook="{{ remember_inputs(ref('int_identity_clusters')) }}"
) }}
with identifiers as (
    select * from {{ ref('int_identifiers_observed') }}
    where {{ is_affected('cluster_key') }}
),

identifier_rules as (
    select * from {{ ref('identifier_rules') }}
),

partners as (
    select
        identifier_key,
        identifier_type,
        partner_key,
        partner_type
    from {{ ref('int_identifier_partners') }}
    where {{ is_affected('cluster_key') }}
),

-- who is erased still counts as one of those who share an identifier: nobody else's person
-- changes by it
erased_partners as (
    select distinct
        erasures.one_key as identifier_key,
        erasures.one_type as identifier_type,
        erasures.other_key as partner_key,
        erasures.other_type as partner_type
    from {{ ref('int_erasures') }} as erasures
    left join partners
        on
            erasures.one_key = partners.identifier_key
            and erasures.other_key = partners.partner_key
    where erasures.erased_kind = 'pair' and partners.identifier_key is null
),

all_partners as (
    select * from partners
    union all
    select * from erased_partners
),

-- partners that a decision keeps together are one
units as (
    select
        all_partners.identifier_key,
        all_partners.identifier_type,
        all_partners.partner_type
    from all_partners
    left join {{ ref('int_override_groups') }} as override_groups
        on all_partners.partner_key = override_groups.identifier_key
    where override_groups.identifier_key is null
    union all
    select
        grouped.identifier_key,
        grouped.identifier_type,
        grouped.partner_type
    from (
        select distinct
            all_partners.identifier_key,
            all_partners.identifier_type,
            all_partners.partner_type,
            override_groups.group_key
        from all_partners
        inner join {{ ref('int_override_groups') }} as override_groups
            on all_partners.partner_key = override_groups.identifier_key
    ) as grouped
),

units_counted as (
    select
        units.identifier_key,
        limits.partner_type,
        limits.partner_limit,
        count(*) as unit_count
    from units
    inner join {{ ref('identifier_sharing_limits') }} as limits
        on
            units.identifier_type = limits.identifier_type
            and units.partner_type = limits.partner_type
    group by units.identifier_key, limits.partner_type, limits.partner_limit
),

shared as (
    select distinct identifier_key
    from units_counted
    where unit_count > partner_limit
)

select
    identifiers.cluster_key,
    identifiers.identifier_key,
    identifiers.identifier_type,
    identifiers.first_seen_at,
    identifier_rules.strength,
    identifier_rules.priority,
    case
        when identifiers.block_reason is not null then 'blocked'
        when shared.identifier_key is not null then 'shared'
        else 'linking'
    end as standing
from identifiers
inner join identifier_rules
    on identifiers.identifier_type = identifier_rules.identifier_type
left join shared on identifiers.identifier_key = shared.identifier_key
