{{ config(materialized='view') }}
with links as (
    select * from {{ ref('int_links_judged') }}
),

identifiers as (
    select * from {{ ref('int_identifiers_observed') }}
)

select
    {{ key_as_id('links.link_key') }} as link_id,
    links.rule_code,
    one.identifier_type,
    one.identifier_scope,
    one.identifier_value,
    other.identifier_type as other_identifier_type,
    other.identifier_scope as other_identifier_scope,
    other.identifier_value as other_identifier_value,
    case when links.is_counted then 'counted' else 'refused' end as status,
    links.refusal_reason,
    {{ key_as_id('links.user_key') }} as user_id,
    {{ key_as_id('links.other_user_key') }} as other_user_id,
    links.record_count,
    {{ key_as_id('links.example_record_key') }} as example_record_id,
    links.first_seen_at,
    links.last_seen_at,
    links.score
from links
inner join identifiers as one on links.one_key = one.identifier_key
inner join identifiers as other on links.other_key = other.identifier_key
