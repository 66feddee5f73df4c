{{ config(materialized='view') }}
with members as (
    select * from {{ ref('stg_erp__members') }}
),

contacts as (
    select * from {{ ref('stg_crm__contacts') }}
),

-- each source states a word per attribute; the rules say whose word counts
stated as (
    {%- for attribute, value in [
        ('region', 'region'),
        ('customer_tier', 'customer_tier'),
    ] %}
    select
        '{{ attribute }}' as attribute_code,
        'erp' as source_system,
        'members' as source_table,
        {{ value }} as attribute_value,
        coalesce(registered_at, loaded_at) as stated_at,
        identifier_set_key,
        record_key
    from members
    union all
    {%- endfor %}
    {%- for attribute, value in [
        ('region', 'region'),
        ('customer_tier', 'customer_tier'),
        ('gender', normalise_gender('gender')),
        ('birth_year', 'cast(extract(year from birth_date) as ' ~ text_type() ~ ')'),
        ('name_masked', masked_name('full_name')),
    ] %}
    select
        '{{ attribute }}' as attribute_code,
        'crm' as source_system,
        'contacts' as source_table,
        {{ value }} as attribute_value,
        coalesce(updated_at, created_at, loaded_at) as stated_at,
        identifier_set_key,
        record_key
    from contacts
    union all
    {%- endfor %}
    select
        'region' as attribute_code,
        source_system,
        source_table,
        region as attribute_value,
        ordered_at as stated_at,
        identifier_set_key,
        order_key as record_key
    from {{ ref('int_orders_unioned') }}
    union all
    select
        'region' as attribute_code,
        'his' as source_system,
        'appointments' as source_table,
        region as attribute_value,
        booked_at as stated_at,
        identifier_set_key,
        record_key
    from {{ ref('stg_his__appointments') }}
)

select
    attribute_code,
    source_system,
    source_table,
    attribute_value,
    stated_at,
    identifier_set_key,
    record_key
from stated
where attribute_value is not null
