with resolved as (
    select * from {{ ref('int_identifiers_resolved') }}
),

components as (
    select * from {{ ref('int_strong_components') }}
    where refused_component is not null
),

overrides as (
    select
        overrides.override_code,
        overrides.decision,
        overrides.one_key,
        overrides.other_key,
        one.user_key,
        other.user_key as other_user_key,
        one.strength = 'weak' and other.strength = 'weak' as are_weak,
        one.identifier_key is not null as is_one_seen,
        other.identifier_key is not null as is_other_seen
    from {{ ref('int_identity_overrides') }} as overrides
    left join resolved as one on overrides.one_key = one.identifier_key
    left join resolved as other on overrides.other_key = other.identifier_key
),

joins_refused as (
    select overrides.override_code
    from overrides
    inner join components as one on overrides.one_key = one.identifier_key
    inner join components as other
        on
            overrides.other_key = other.identifier_key
            and one.refused_tier = other.refused_tier
            and one.refused_component = other.refused_component
),

refused as (
    select
        user_key,
        other_user_key
    from {{ ref('int_links_judged') }}
    where refusal_reason = 'kept_apart'
    union
    select
        other_user_key as user_key,
        user_key as other_user_key
    from {{ ref('int_links_judged') }}
    where refusal_reason = 'kept_apart'
),

links_refused as (
    select overrides.override_code
    from overrides
    inner join refused
        on
            overrides.user_key = refused.user_key
            and overrides.other_user_key = refused.other_user_key
),

-- neither of two devices joins the person that both were seen with
attachments_refused as (
    select overrides.override_code
    from overrides
    inner join refused as one on overrides.user_key = one.user_key
    inner join refused as other
        on
            overrides.other_user_key = other.user_key
            and one.other_user_key = other.other_user_key
    where overrides.are_weak
),

overruled as (
    select override_code from joins_refused
    union
    select override_code from links_refused
    union
    select override_code from attachments_refused
)

select
    'kept_apart' as conflict_type,
    one_key as identifier_key,
    other_key,
    override_code,
    'links between them refused' as decision
from overrides
where
    decision = 'keep_apart'
    and is_one_seen
    and is_other_seen
    and override_code in (select overruled.override_code from overruled)
union all
select
    'decision_not_followed' as conflict_type,
    one_key as identifier_key,
    other_key,
    override_code,
    'a value is blocked, or another decision keeps them apart' as decision
from overrides
where
    decision = 'keep_together'
    and is_one_seen
    and is_other_seen
    and (user_key is null or other_user_key is null or user_key <> other_user_key)
union all
-- what is known of it comes first
select
    'decision_not_followed' as conflict_type,
    case when is_one_seen then one_key else other_key end as identifier_key,
    case when is_one_seen then other_key else one_key end as other_key,
    override_code,
    'no record in scope shows an identifier that it names' as decision
from overrides
where not (is_one_seen and is_other_seen)
