with out_of_scope as (
    select * from {{ ref('int_records_out_of_scope') }}
),
{%- for system, table, time_column, identifiers, profile in identified_tables() %}

{{ system }}_{{ table }}_grouped as (
    select
        seen.identifier_set_key,
        min(coalesce(seen.{{ time_column }}, seen.loaded_at)) as first_seen_at,
        max(coalesce(seen.{{ time_column }}, seen.loaded_at)) as last_seen_at,
        count(*) as record_count,
        min(seen.record_key) as example_record_key
    from {{ ref('stg_' ~ system ~ '__' ~ table) }} as seen
    left join out_of_scope on seen.record_key = out_of_scope.record_key
    where seen.identifier_set_key is not null and out_of_scope.record_key is null
    group by seen.identifier_set_key
),
{%- endfor %}

identifier_sets as (
    {%- for system, table, time_column, identifiers, profile in identified_tables() %}
    {%- set has_platform = 'buyer_id' in identifiers
        or 'platform_user_id' in identifiers %}
    select
        grouped.identifier_set_key,
        '{{ system }}' as source_system,
        '{{ table }}' as source_table,
        {{ "'" ~ profile ~ "'" if profile else 'cast(null as varchar)' }}
            as profile_type,
        {{ 'records.platform' if has_platform else 'cast(null as varchar)' }}
            as platform,
        {%- for type in identifier_types() %}
        {{ 'records.' ~ type if type in identifiers else 'cast(null as varchar)' }}
            as {{ type }},
        {%- endfor %}
        grouped.first_seen_at,
        grouped.last_seen_at,
        grouped.record_count,
        grouped.example_record_key
    from {{ system }}_{{ table }}_grouped as grouped
    inner join {{ ref('stg_' ~ system ~ '__' ~ table) }} as records
        on grouped.example_record_key = records.record_key
    -- what is left of erased records carries none
    where coalesce({{ 'records.' ~ identifiers | join(', records.') }}) is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

-- an account belongs to its platform: spellings of one platform are one scope, while the
-- channel for all other platforms is none
{{ platform_scoped('identifier_sets') }}
