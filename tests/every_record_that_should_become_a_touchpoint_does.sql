-- Every accepted record that is in scope, of every table but those that describe and do not happen (spend, catalogue,
-- contacts, lines of orders, actions, consents, batches, and machines, of which only those that a customer has are met), and
-- that has a time. Nobody was met by a send that was held back. A table that is landed later is checked without a change here.
{%- set no_interactions = [
    'ads.daily_spend', 'catalog.items', 'crm.contacts', 'ecommerce.order_items',
    'operations.actions', 'privacy.consents', 'privacy.erasure_requests',
    'production.batches', 'production.equipment_events', 'store.transaction_items',
] %}
{%- set conditions = {
    'outreach.sends': 'not coalesce(records.is_holdout, false)',
    'erp.members': 'records.registered_at is not null',
    'his.follow_ups': 'records.done_at is not null',
    'production.deliveries': 'records.delivered_at is not null',
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
        records.record_key
    from {{ ref('stg_' ~ system ~ '__' ~ table) }} as records
    left join out_of_scope on records.record_key = out_of_scope.record_key
    where
        out_of_scope.record_key is null
        and {{ conditions.get(system ~ '.' ~ table, '1 = 1') }}
    {%- endfor %}
),

found as (
    select distinct record_key
    from {{ ref('int_touchpoints_resolved') }}
)

select
    expected.source_system,
    expected.source_table,
    count(*) as missing_count,
    min(expected.record_key) as example_record_key
from expected
left join found on expected.record_key = found.record_key
where found.record_key is null
group by expected.source_system, expected.source_table
