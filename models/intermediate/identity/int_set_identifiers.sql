{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_sets_present'), 'identifier_set_key') }}",
    post_hook="{{ remember_inputs(ref('int_sets_present')) }}"
) }}
with sets as (
    select
        identifier_set_key,
        source_system,
        source_table,
        example_record_key
    from {{ ref('int_set_records') }}
    where is_identified and {{ is_affected('identifier_set_key') }}
),

identifier_sets as (
    {%- set no_text = 'cast(null as ' ~ text_type() ~ ')' %}
    {%- for system, table, time_column, identifiers, profile in identified_tables() %}
    {%- set has_platform = 'buyer_id' in identifiers
        or 'platform_user_id' in identifiers %}
    select
        {%- for type in identifier_types() %}
        {{ 'records.' ~ type if type in identifiers else no_text }}
            as {{ type }},
        {%- endfor %}
        {{ 'records.platform' if has_platform else no_text }}
            as platform,
        {{ "'" ~ profile ~ "'" if profile else no_text }}
            as profile_type,
        sets.identifier_set_key
    from sets
    inner join {{ ref('stg_' ~ system ~ '__' ~ table) }} as records
        on sets.example_record_key = records.record_key
    where sets.source_system = '{{ system }}' and sets.source_table = '{{ table }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- an account belongs to its platform: spellings of one platform are one scope, while the
-- channel for all other platforms is none
scoped as (
    {{ platform_scoped('identifier_sets') }}
),

listed as (
    {{ listed_identifiers('scoped', ['identifier_set_key', 'profile_type']) }}
),

blocked as (
    {{ with_block_reason('listed') }}
)

select
    identifier_set_key,
    identifier_key,
    identifier_type,
    identifier_scope,
    identifier_value,
    coalesce(identifier_type = profile_type, false) as is_profile,
    block_reason
from blocked
