-- a further kind of condition: one more branch here, rows in the seed case_rules
with contacts as (
    select * from {{ ref('int_contacts_linked') }}
),

cases as (
    select * from {{ ref('int_service_cases') }}
),

earlier_cases as (
    select
        cases.case_key,
        count(*) as case_count
    from cases
    inner join cases as earlier
        on
            cases.user_key = earlier.user_key
            and cases.opened_at > earlier.opened_at
            and earlier.opened_at
            >= cases.opened_at - {{ var('earlier_case_hours') }} * interval '1' hour
    group by cases.case_key
),

numbers as (
    select
        case_key,
        'order_value' as condition_type,
        cast(order_value as decimal(18, 2)) as number_value
    from cases
    where order_value is not null
    union all
    select
        case_key,
        'contact_count' as condition_type,
        cast(contact_count as decimal(18, 2)) as number_value
    from cases
    union all
    select
        case_key,
        'earlier_case_count' as condition_type,
        cast(case_count as decimal(18, 2)) as number_value
    from earlier_cases
),

texts as (
    select
        contacts.case_key,
        'keyword' as condition_type,
        keywords.keyword as condition_value
    from {{ ref('int_contact_keywords') }} as keywords
    inner join contacts on keywords.record_key = contacts.record_key
    {%- for column in [
        'source_category', 'source_queue', 'contact_kind', 'touchpoint_code'
    ] %}
    union all
    select
        case_key,
        '{{ column.removesuffix("_code") }}' as condition_type,
        {{ column }} as condition_value
    from contacts
    where {{ column }} is not null
    {%- endfor %}
    union all
    select
        case_key,
        'category' as condition_type,
        category_code as condition_value
    from cases
    union all
    select
        case_key,
        'flag' as condition_type,
        case when flag = 1 then 'true' else 'false' end as condition_value
    from cases
    where flag is not null
    union all
    select
        case_key,
        'any' as condition_type,
        cast(null as {{ text_type() }}) as condition_value
    from cases
)

select distinct
    case_key,
    condition_type,
    condition_value,
    cast(null as decimal(18, 2)) as number_value
from texts
union all
select
    case_key,
    condition_type,
    cast(null as {{ text_type() }}) as condition_value,
    number_value
from numbers
