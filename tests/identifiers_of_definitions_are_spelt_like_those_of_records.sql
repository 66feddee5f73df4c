-- Values that are compared with those of records, patterns that are to stand for all of a value, and decisions whose
-- identifiers are none of their type, lack their key or are one. Of decisions, which hold identifiers of persons, the code.
{%- set home = var('default_country_code') | string %}
with compared as (
    select
        'blocked_identifiers' as seed_name,
        identifier_type,
        value
    from {{ ref('blocked_identifiers') }}
    where match_type = 'equals'
    union all
    select
        'scope_rules' as seed_name,
        match_column as identifier_type,
        value
    from {{ ref('scope_rules') }}
    where match_type = 'equals' and match_column <> 'user_agent'
),

cleaned as (
    select
        seed_name,
        identifier_type,
        value,
        {{ clean_text('value') }} as clean_value
    from compared
),

spelt as (
    select
        seed_name,
        value,
        case identifier_type
            when 'phone' then {{ normalise_phone('clean_value') }}
            when 'email' then {{ normalise_email('clean_value') }}
            else clean_value
        end as spelling,
        -- national digits are no number of the country that is at home, but other lists may have them
        identifier_type = 'phone' and {{ matches('value', '^[0-9]+$') }}
        and {{ '1 = 1' if home else '1 = 0' }} as is_national
    from cleaned
),

decisions as (
    select
        decisions.override_code,
        resolved.override_code as resolved_code,
        resolved.one_key,
        resolved.other_key
    from {{ ref('identity_overrides') }} as decisions
    left join {{ ref('int_identity_overrides') }} as resolved
        on decisions.override_code = resolved.override_code
)

select
    seed_name,
    value
from spelt
where (spelling is null or spelling <> value) and not is_national
union all
select
    'scope_rules' as seed_name,
    value
from {{ ref('scope_rules') }}
where
    (match_column = 'user_agent' or match_type = 'contains')
    and value <> lower(value)
union all
select
    'blocked_identifiers' as seed_name,
    value
from {{ ref('blocked_identifiers') }}
where match_type = 'pattern' and not (value like '^%' and value like '%$')
union all
select
    'identity_overrides' as seed_name,
    override_code as value
from decisions
where
    resolved_code is null
    or one_key is null
    or other_key is null
    or one_key = other_key
