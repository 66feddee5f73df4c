-- depends_on: {{ ref('identifier_rules') }}
-- depends_on: {{ ref('channel_mappings') }}
with consents as (
    select * from {{ ref('stg_privacy__consents') }}
),

keyed as (
    {{ keyed_identifiers(
        'consents', ['record_key', 'purpose', 'is_granted', 'changed_at']
    ) }}
),

identifiers as (
    select * from {{ ref('int_identifiers_resolved') }}
)

select
    keyed.record_key,
    identifiers.user_key,
    keyed.purpose,
    keyed.is_granted,
    keyed.changed_at
from keyed
left join identifiers on keyed.identifier_key = identifiers.identifier_key
