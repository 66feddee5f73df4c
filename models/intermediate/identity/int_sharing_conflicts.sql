with resolved as (
    select * from {{ ref('int_identifiers_resolved') }}
),

partners_counted as (
    select
        partners.identifier_key,
        partners.partner_type,
        count(*) as partner_count,
        min(partners.partner_key) as partner_key
    from {{ ref('int_identifier_partners') }} as partners
    inner join resolved on partners.identifier_key = resolved.identifier_key
    where resolved.standing = 'shared'
    group by partners.identifier_key, partners.partner_type
),

above_limit as (
    select
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
    select resolved.identifier_key
    from resolved
    left join above_limit on resolved.identifier_key = above_limit.identifier_key
    where resolved.standing = 'shared' and above_limit.identifier_key is null
)

select
    case
        when partner_type = 'member_no' and tier = 3 then 'possible_double_registration'
        else 'shared_identifier'
    end as conflict_type,
    identifier_key,
    partner_key as other_key,
    partner_count as observed_count,
    partner_limit as limit_count,
    cast(null as varchar) as override_code,
    'links nobody' as decision
from above_limit
union all
select
    'shared_device' as conflict_type,
    identifier_key,
    cast(null as bigint) as other_key,
    cast(null as bigint) as observed_count,
    1 as limit_count,
    cast(null as varchar) as override_code,
    'links nobody' as decision
from shared_devices
