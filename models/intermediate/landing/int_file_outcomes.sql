-- depends_on: {{ ref('int_erasures') }}
with out_of_scope as (
    select * from {{ ref('int_records_out_of_scope') }}
),

outcomes as (
    {%- for system, table in landed_tables() %}
    select
        '{{ system }}' as source_system,
        '{{ table }}' as source_table,
        records.source_file_key,
        records.loaded_at,
        case
            when
                records.record_status in ('accepted', 'erased')
                and not {{ is_retained(system, table) }}
                then 'expired'
            when out_of_scope.record_key is null then records.record_status
            else 'out_of_scope'
        end as outcome,
        count(*) as record_count
    from {{ ref('base_' ~ system ~ '__' ~ table) }} as records
    left join out_of_scope
        on
            records.record_key = out_of_scope.record_key
            and records.record_status = 'accepted'
    group by
        records.source_file_key,
        records.loaded_at,
        case
            when
                records.record_status in ('accepted', 'erased')
                and not {{ is_retained(system, table) }}
                then 'expired'
            when out_of_scope.record_key is null then records.record_status
            else 'out_of_scope'
        end
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    source_system,
    source_table,
    source_file_key,
    {{ load_day('loaded_at') }} as load_day,
    outcome,
    cast(sum(record_count) as bigint) as record_count
from outcomes
group by
    source_system,
    source_table,
    source_file_key,
    {{ load_day('loaded_at') }},
    outcome
