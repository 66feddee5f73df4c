{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_identity_clusters'), 'cluster_key') }}",
    post_hook="{{ remember_inputs(ref('int_identity_clusters')) }}"
) }}
with partners as (
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
    select
        *,
        partner_key as shown_key
    from partners
    union all
    select
        *,
        cast(null as bigint) as shown_key
    from erased_partners
),

-- partners that a decision keeps together are one
units as (
    select
        all_partners.identifier_key,
        all_partners.identifier_type,
        all_partners.partner_type,
        all_partners.shown_key
    from all_partners
    left join {{ ref('int_override_groups') }} as override_groups
        on all_partners.partner_key = override_groups.identifier_key
    where override_groups.identifier_key is null
    union all
    select
        all_partners.identifier_key,
        all_partners.identifier_type,
        all_partners.partner_type,
        min(all_partners.shown_key) as shown_key
    from all_partners
    inner join {{ ref('int_override_groups') }} as override_groups
        on all_partners.partner_key = override_groups.identifier_key
    group by
        all_partners.identifier_key,
        all_partners.identifier_type,
        all_partners.partner_type,
        override_groups.group_key
),

units_counted as (
    select
        units.identifier_key,
        units.identifier_type,
        units.partner_type,
        limits.partner_limit,
        min(units.shown_key) as partner_key,
        count(*) as unit_count
    from units
    inner join {{ ref('identifier_sharing_limits') }} as limits
        on
            units.identifier_type = limits.identifier_type
            and units.partner_type = limits.partner_type
    group by
        units.identifier_key,
        units.identifier_type,
        units.partner_type,
        limits.partner_limit
)

select
    identifiers.cluster_key,
    units_counted.identifier_key,
    units_counted.identifier_type,
    units_counted.partner_type,
    units_counted.partner_key,
    units_counted.unit_count,
    units_counted.partner_limit
from units_counted
inner join {{ ref('int_identifiers_observed') }} as identifiers
    on units_counted.identifier_key = identifiers.identifier_key
where
    units_counted.unit_count > units_counted.partner_limit
    and {{ is_affected('identifiers.cluster_key', 'cluster_key') }}
