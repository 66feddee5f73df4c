with identifiers as (
    select * from {{ ref('int_identifiers_observed') }}
),

identifier_rules as (
    select * from {{ ref('identifier_rules') }}
),

partners_counted as (
    select
        identifier_key,
        identifier_type,
        partner_type,
        count(*) as partner_count
    from {{ ref('int_identifier_pairs') }}
    group by
        identifier_key,
        identifier_type,
        partner_type
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
