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

above_limit as (
    select
        resolved.cluster_key,
        passed.identifier_key,
        passed.partner_type,
        passed.partner_key,
        passed.unit_count,
        passed.partner_limit,
        rules.tier
    from resolved
    inner join {{ ref('int_sharing_limits_passed') }} as passed
        on resolved.identifier_key = passed.identifier_key
    inner join {{ ref('identifier_rules') }} as rules
        on resolved.identifier_type = rules.identifier_type
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
    partner_type,
    unit_count as observed_count,
    partner_limit as limit_count,
    'links nobody' as decision
from above_limit
union all
select
    cluster_key,
    'shared_device' as conflict_type,
    identifier_key,
    cast(null as bigint) as other_key,
    cast(null as {{ text_type() }}) as partner_type,
    cast(null as bigint) as observed_count,
    1 as limit_count,
    'links nobody' as decision
from shared_devices
