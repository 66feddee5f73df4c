with conflicts as (
    select
        conflict_type,
        identifier_key,
        other_key,
        partner_type,
        observed_count,
        limit_count,
        cast(null as {{ text_type() }}) as override_code,
        decision
    from {{ ref('int_sharing_conflicts') }}
    union all
    select
        conflict_type,
        identifier_key,
        other_key,
        cast(null as {{ text_type() }}) as partner_type,
        observed_count,
        limit_count,
        cast(null as {{ text_type() }}) as override_code,
        decision
    from {{ ref('int_person_conflicts') }}
    union all
    select
        conflict_type,
        identifier_key,
        other_key,
        cast(null as {{ text_type() }}) as partner_type,
        cast(null as bigint) as observed_count,
        cast(null as integer) as limit_count,
        override_code,
        decision
    from {{ ref('int_decision_conflicts') }}
),

identifiers as (
    select * from {{ ref('int_identifiers_observed') }}
),

resolved as (
    select * from {{ ref('int_identifiers_resolved') }}
)

select
    {{ key_as_id(hash64(
        "conflicts.conflict_type || ':' || cast(conflicts.identifier_key as " ~ text_type() ~ ")"
        ~ " || ':' || coalesce(cast(conflicts.other_key as " ~ text_type() ~ "), conflicts.partner_type, '')"
        ~ " || ':' || coalesce(conflicts.override_code, '')"
    )) }} as conflict_id,
    conflicts.conflict_type,
    one.identifier_type,
    one.identifier_scope,
    one.identifier_value,
    coalesce(other.identifier_type, conflicts.partner_type) as other_identifier_type,
    other.identifier_scope as other_identifier_scope,
    other.identifier_value as other_identifier_value,
    {{ key_as_id('resolved.user_key') }} as user_id,
    {{ key_as_id('other_resolved.user_key') }} as other_user_id,
    cast(conflicts.observed_count as bigint) as observed_count,
    cast(conflicts.limit_count as bigint) as limit_count,
    conflicts.override_code,
    conflicts.decision
from conflicts
-- a decision may name what no record shows
left join identifiers as one on conflicts.identifier_key = one.identifier_key
left join resolved on conflicts.identifier_key = resolved.identifier_key
left join identifiers as other on conflicts.other_key = other.identifier_key
left join resolved as other_resolved
    on conflicts.other_key = other_resolved.identifier_key
