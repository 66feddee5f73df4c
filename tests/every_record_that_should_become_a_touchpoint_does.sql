-- Every accepted record that is in scope, of every table but those that describe and do not happen (spend, catalogue,
-- contacts, lines of orders), and that has a time. Nobody was met by a send that was held back. A table that is landed
-- later is checked without a change here.
{%- set no_interactions = [
    'ads.daily_spend', 'catalog.items', 'crm.contacts', 'ecommerce.order_items',
    'privacy.erasure_requests',
    'store.transaction_items',
] %}
{%- set conditions = {
    'outreach.sends': 'not coalesce(records.is_holdout, false)',
    'erp.members': 'records.registered_at is not null',
    'erp.shipments': 'coalesce(records.shipped_at, records.delivered_at) is not null',
} %}
with out_of_scope as (
    select * from {{ ref('int_records_out_of_scope') }}
),

expected as (
    {%- for system, table in landed_tables()
        if system ~ '.' ~ table not in no_interactions %}
    {{ 'union all' if not loop.first }}
    select
        '{{ system }}' as source_system,
        '{{ table }}' as source_table,
        {{ key_as_id('records.record_key') }} as source_record_id
    from {{ ref('stg_' ~ system ~ '__' ~ table) }} as records
    left join out_of_scope on records.record_key = out_of_scope.record_key
    where
        out_of_scope.record_key is null
        and {{ conditions.get(system ~ '.' ~ table, '1 = 1') }}
    {%- endfor %}
),

found as (
    select distinct
        source_system,
        source_record_id
    from {{ ref('fct_touchpoints') }}
)

select
    expected.source_system,
    expected.source_table,
    count(*) as missing_count,
    min(expected.source_record_id) as example_record_id
from expected
left join found
    on
        expected.source_record_id = found.source_record_id
        and expected.source_system = found.source_system
where found.source_record_id is null
group by expected.source_system, expected.source_table
