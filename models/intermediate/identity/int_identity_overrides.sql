with overrides as (
    select * from {{ ref('identity_overrides') }}
),

ends as (
    select
        override_code,
        1 as end_number,
        identifier_type,
        lower(platform) as platform,
        identifier_value
    from overrides
    union all
    select
        override_code,
        2 as end_number,
        other_identifier_type as identifier_type,
        lower(other_platform) as platform,
        other_identifier_value as identifier_value
    from overrides
),

normalised as (
    select
        ends.override_code,
        ends.end_number,
        ends.identifier_type,
        rules.is_scoped_by_platform,
        ends.platform,
        case rules.normaliser
            when 'phone'
                then {{ normalise_phone(clean_text('ends.identifier_value')) }}
            when 'email'
                then {{ normalise_email(clean_text('ends.identifier_value')) }}
            else {{ clean_text('ends.identifier_value') }}
        end as identifier_value
    from ends
    inner join {{ ref('identifier_rules') }} as rules
        on ends.identifier_type = rules.identifier_type
),

scoped as (
    select
        normalised.override_code,
        normalised.end_number,
        normalised.identifier_type,
        normalised.identifier_value,
        case
            when not normalised.is_scoped_by_platform then ''
            when channel_mappings.channel_code <> default_mappings.channel_code
                then channel_mappings.channel_code
            else coalesce(normalised.platform, '')
        end as identifier_scope
    from normalised
    left join {{ ref('channel_mappings') }} as channel_mappings
        on
            channel_mappings.source_system = case
                when normalised.identifier_type = 'platform_user_id' then 'social'
                else 'ecommerce'
            end
            and channel_mappings.platform = coalesce(normalised.platform, '(none)')
    left join {{ ref('channel_mappings') }} as default_mappings
        on
            channel_mappings.source_system = default_mappings.source_system
            and default_mappings.platform = '*'
),

keyed as (
    select
        override_code,
        end_number,
        {{ keyed_hash(
            "identifier_type || ':' || identifier_scope || ':' || identifier_value"
        ) }} as identifier_key
    from scoped
)

select
    overrides.override_code,
    overrides.decision,
    one.identifier_key as one_key,
    other.identifier_key as other_key,
    overrides.decided_by,
    overrides.decided_on,
    overrides.reason
from overrides
inner join keyed as one
    on overrides.override_code = one.override_code and one.end_number = 1
inner join keyed as other
    on overrides.override_code = other.override_code and other.end_number = 2
