with statements as (
    select * from {{ ref('int_attributes_stated') }}
),

rules as (
    select * from {{ ref('survivorship_rules') }}
),

ranked as (
    select
        identifier_sets.user_key,
        statements.attribute_code,
        statements.attribute_value,
        row_number() over (
            partition by identifier_sets.user_key, statements.attribute_code
            order by
                rules.preference asc,
                case when rules.recency = 'newest' then statements.stated_at end
                desc nulls last,
                case when rules.recency = 'oldest' then statements.stated_at end
                asc nulls last,
                statements.record_key asc
        ) as statement_number
    from statements
    inner join rules
        on
            statements.attribute_code = rules.attribute_code
            and statements.source_system = rules.source_system
            and statements.source_table = rules.source_table
    inner join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
        on statements.identifier_set_key = identifier_sets.identifier_set_key
    where identifier_sets.user_key is not null
)

select
    user_key,
    max(case when attribute_code = 'region' then attribute_value end) as region,
    max(case when attribute_code = 'customer_tier' then attribute_value end)
        as customer_tier,
    max(case when attribute_code = 'gender' then attribute_value end) as gender,
    cast(max(
        case when attribute_code = 'birth_year' then attribute_value end
    ) as integer) as birth_year,
    max(case when attribute_code = 'name_masked' then attribute_value end)
        as name_masked
from ranked
where statement_number = 1
group by user_key
