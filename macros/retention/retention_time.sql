{#- What time a landed record is as old as: the column of its table that says when it happened, or was made. -#}
{%- macro retention_time(system, table) -%}
    {%- set columns = {
        'ads.daily_spend': 'cast(spend_date as timestamp)',
        'production.batches': 'produced_at',
        'production.equipment_events': 'event_time',
        'production.deliveries': 'delivered_at',
        'erp.shipments': 'coalesce(delivered_at, shipped_at)',
        'service.messages': 'sent_at',
    } -%}
    {%- for entry in identified_tables() -%}
        {%- do columns.update({entry[0] ~ '.' ~ entry[1]: landed_time(entry[2])}) -%}
    {%- endfor -%}
    {%- set own = columns.get(system ~ '.' ~ table) -%}
    {{ return('coalesce(' ~ own ~ ', loaded_at)' if own else 'loaded_at') }}
{%- endmacro -%}
