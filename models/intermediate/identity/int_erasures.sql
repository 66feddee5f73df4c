{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='fail',
    pre_hook="{{ solve_erasures() }}",
    post_hook="{{ scrub_records() }}"
) }}
-- depends_on: {{ ref('stg_privacy__erasure_requests') }}
-- depends_on: {{ ref('stg_landing__retention') }}
-- depends_on: {{ ref('base_privacy__consents') }}
-- depends_on: {{ ref('channel_mappings') }}
-- depends_on: {{ ref('int_records_out_of_scope') }}
-- depends_on: {{ ref('int_identity_overrides') }}
-- depends_on: {{ ref('int_contacts_proposed') }}
-- depends_on: {{ ref('int_identifiers_kept_apart') }}
-- depends_on: {{ ref('identifier_rules') }}
-- depends_on: {{ ref('identifier_sharing_limits') }}
-- depends_on: {{ ref('blocked_identifiers') }}
-- depends_on: {{ ref('scope_rules') }}
-- depends_on: {{ ref('channel_mappings') }}
-- depends_on: {{ ref('base_service__messages') }}
{%- for system, table, time_column, identifiers, profile in identified_tables() %}
-- depends_on: {{ ref('base_' ~ system ~ '__' ~ table) }}
{%- endfor %}
with found as (
    {{ working_erasures() }}
)

select
    found.erased_kind,
    found.one_key,
    found.one_type,
    found.other_key,
    found.other_type,
    max(found.erased_until) as erased_until
from found
{%- if execute and is_incremental() %}
left join {{ this }} as known
    on
        found.erased_kind = known.erased_kind
        and found.one_key = known.one_key
        and found.other_key is not distinct from known.other_key
        and found.erased_until <= known.erased_until
where known.erased_kind is null
{%- endif %}
group by
    found.erased_kind,
    found.one_key,
    found.one_type,
    found.other_key,
    found.other_type
