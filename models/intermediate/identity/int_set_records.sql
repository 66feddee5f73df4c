-- one pass over the records of all tables that name people: everything below is told from
-- here what there is, and whether it has changed
with out_of_scope as (
    select record_key from {{ ref('int_records_out_of_scope') }}
),

-- what is left of erased records belongs to nobody
erased_sets as (
    select distinct {{ key_as_row_hash('one_key') }} as identifier_set_key
    from {{ ref('int_erasures') }}
    where erased_kind = 'profile'
),

identifier_sets as (
    {%- for system, table, time_column, identifiers, profile in identified_tables() %}
    select
        '{{ system }}' as source_system,
        '{{ table }}' as source_table,
        seen.identifier_set_key,
        case when seen.identifier_set_key is null then seen.record_key % 1024 end
            as bucket,
        min(coalesce(seen.{{ time_column }}, seen.loaded_at)) as first_seen_at,
        max(coalesce(seen.{{ time_column }}, seen.loaded_at)) as last_seen_at,
        count(*) as record_count,
        min(seen.record_key) as example_record_key,
        {{ sum_of_hashes(['seen.record_hash']) }} as input_hash
    from {{ ref('stg_' ~ system ~ '__' ~ table) }} as seen
    left join out_of_scope on seen.record_key = out_of_scope.record_key
    where out_of_scope.record_key is null
    group by
        seen.identifier_set_key,
        case when seen.identifier_set_key is null then seen.record_key % 1024 end
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    identifier_sets.*,
    identifier_sets.identifier_set_key is not null
    and erased_sets.identifier_set_key is null as is_identified
from identifier_sets
left join erased_sets
    on identifier_sets.identifier_set_key = erased_sets.identifier_set_key
