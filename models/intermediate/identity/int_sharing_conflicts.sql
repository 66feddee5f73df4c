{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_identity_clusters'), 'cluster_key') }}",
    post_hook="{{ remember_inputs(ref('int_identity_clusters')) }}"
) }}
with resolved as (
    select * from {{ ref('int_identifiers_resolved') }}
    where standing = 'shared' and {{ is_affected('cluster_key') }}
),

partners_counted as (
    select
        partners.identifier_key,
        partners.partner_type,
        count(*) as partner_count,
        min(partners.partner_key) as partner_key
    from {{ ref('int_identifier_partners') }} as partners
    inner join resolved on partners.identifier_key = resolved.identifier_key
    where {{ is_affected('partners.cluster_key') }}
    group by partners.identifier_key, partners.partner_type
),

above_limit as (
    select
        resolved.cluster_key,
        partners_counted.identifier_key,
        partners_counted.partner_type,
        partners_counted.partner_key,
        partners_counted.partner_count,
        limits.partner_limit,
        rules.tier
    from partners_counted
    inner join resolved on partners_counted.identifier_key = resolved.identifier_key
    inner join {{ ref('identifier_rules') }} as rules
        on resolved.identifier_type = rules.identifier_type
    inner join {{ ref('identifier_sharing_limits') }} as limits
        on
            resolved.identifier_type = limits.identifier_type
            and partners_counted.partner_type = limits.partner_type
    where partners_counted.partner_count > limits.partner_limit
),

shared_devices as (
    select
        resolved.cluster_key,
        resolved.identifier_key
    from resolved
    left join above_limit on resolved.identifier_key = above_limit.identifier_key
    where above_limit.identifier_key is null
)

select
    cluster_key,
    case
        when partner_type = 'member_no' and tier = 3 then 'possible_double_registration'
        else 'shared_identifier'
    end as conflict_type,
    identifier_key,
    partner_key as other_key,
    partner_count as observed_count,
    partner_limit as limit_count,
    cast(null as {{ text_type() }}) as override_code,
    'links nobody' as decision
from above_limit
union all
select
    cluster_key,
    'shared_device' as conflict_type,
    identifier_key,
    cast(null as bigint) as other_key,
    cast(null as bigint) as observed_count,
    1 as limit_count,
    cast(null as {{ text_type() }}) as override_code,
    'links nobody' as decision
from shared_devices
