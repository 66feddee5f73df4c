with identifiers as (
    select * from {{ ref('int_identifiers_observed') }}
),

identifier_rules as (
    select * from {{ ref('identifier_rules') }}
),

-- who is erased still counts as one of those who share an identifier: nobody else's person
-- changes by it
partners as (
    select
        identifier_key,
        identifier_type,
        partner_key,
        partner_type
    from {{ ref('int_identifier_partners') }}
    union
    select
        one_key as identifier_key,
        one_type as identifier_type,
        other_key as partner_key,
        other_type as partner_type
    from {{ ref('int_erasures') }}
    where erased_kind = 'pair'
),

-- partners that a decision keeps together are one
partners_counted as (
    select
        partners.identifier_key,
        partners.identifier_type,
        partners.partner_type,
        count(*) - count(override_groups.group_key)
        + count(distinct override_groups.group_key) as partner_count
    from partners
    left join {{ ref('int_override_groups') }} as override_groups
        on partners.partner_key = override_groups.identifier_key
    group by
        partners.identifier_key,
        partners.identifier_type,
        partners.partner_type
),

shared as (
    select partners_counted.identifier_key
    from partners_counted
    inner join {{ ref('identifier_sharing_limits') }} as limits
        on
            partners_counted.identifier_type = limits.identifier_type
            and partners_counted.partner_type = limits.partner_type
    where partners_counted.partner_count > limits.partner_limit
    group by partners_counted.identifier_key
)

select
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
