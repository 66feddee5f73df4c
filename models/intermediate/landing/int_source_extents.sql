{%- set time_columns = {
    'ads.daily_spend': 'cast(spend_date as timestamp)',
    'catalog.items': 'loaded_at',
    'ecommerce.order_items': 'loaded_at',
    'store.transaction_items': 'loaded_at',
    'production.batches': 'produced_at',
    'production.equipment_events': 'occurred_at',
    'production.deliveries': 'delivered_at',
    'erp.shipments': 'coalesce(delivered_at, shipped_at)',
    'service.messages': 'sent_at',
    'operations.actions': 'loaded_at',
    'privacy.consents': 'changed_at',
    'privacy.erasure_requests': 'requested_at',
} -%}
{%- for system, table, time_column, identifiers, profile in identified_tables() -%}
{%- do time_columns.update({system ~ '.' ~ table: time_column}) -%}
{%- endfor -%}
{%- for system, table in landed_tables() %}
select
    '{{ system }}' as source_system,
    '{{ table }}' as source_table,
    max({{ time_columns[system ~ '.' ~ table] }}) as newest_event_at,
    max(loaded_at) as newest_load_at,
    count(*) as accepted_count
from {{ ref('stg_' ~ system ~ '__' ~ table) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
