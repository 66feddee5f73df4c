{#- Select of sets of identifiers with platform_scope: spellings of one platform are one scope. `sets`: a relation or CTE
    with platform and platform_user_id. -#}
{%- macro platform_scoped(sets) -%}
    select
        sets.*,
        case
            when channel_mappings.channel_code <> default_mappings.channel_code
                then channel_mappings.channel_code
            else sets.platform
        end as platform_scope
    from {{ sets }} as sets
    left join {{ ref('channel_mappings') }} as channel_mappings
        on channel_mappings.source_system = case when sets.platform_user_id is null then 'ecommerce' else 'social' end
        and channel_mappings.platform = coalesce(sets.platform, '(none)')
    left join {{ ref('channel_mappings') }} as default_mappings
        on channel_mappings.source_system = default_mappings.source_system
        and default_mappings.platform = '*'
{%- endmacro -%}

{#- Select with one row per identifier of a set: identifier_type, identifier_scope, identifier_value, identifier_key and the
    carried columns. `sets`: as `platform_scoped` gives them. -#}
{%- macro listed_identifiers(sets, carried) -%}
    select
        *,
        {{ identifier_key('identifier_type', 'identifier_scope', 'identifier_value') }} as identifier_key
    from (
        {%- for type in identifier_types() %}
        select
            '{{ type }}' as identifier_type,
            {{ "coalesce(platform_scope, '')" if type in ['buyer_id', 'platform_user_id'] else "''" }} as identifier_scope,
            {{ type }} as identifier_value,
            {{ carried | join(', ') }}
        from {{ sets }}
        where {{ type }} is not null
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as listed
{%- endmacro -%}

{#- Select of identifiers that somebody wrote down (identifier_type, platform, identifier_value), normalised as records
    are, with identifier_key; null where the value is none of its type. Rows of an unknown type are left out. -#}
{%- macro keyed_identifiers(rows, carried) -%}
    select
        {{ carried | join(', ') }},
        {{ identifier_key('identifier_type', 'identifier_scope', 'identifier_value') }} as identifier_key
    from (
        select
            normalised.*,
            case
                when not normalised.is_scoped_by_platform then ''
                when channel_mappings.channel_code <> default_mappings.channel_code
                    then channel_mappings.channel_code
                else coalesce(normalised.platform, '')
            end as identifier_scope
        from (
            select
                {{ carried | join(', ') }},
                rules.identifier_type,
                rules.is_scoped_by_platform,
                lower(stated.platform) as platform,
                case
                    when {{ is_pseudonym('stated.identifier_value') }} then stated.identifier_value
                    when rules.normaliser = 'phone' then {{ normalise_phone(clean_text('stated.identifier_value')) }}
                    when rules.normaliser = 'email' then {{ normalise_email(clean_text('stated.identifier_value')) }}
                    else {{ clean_text('stated.identifier_value') }}
                end as identifier_value
            from {{ rows }} as stated
            inner join {{ ref('identifier_rules') }} as rules on stated.identifier_type = rules.identifier_type
        ) as normalised
        left join {{ ref('channel_mappings') }} as channel_mappings
            on channel_mappings.source_system = case
                when normalised.identifier_type = 'platform_user_id' then 'social'
                else 'ecommerce'
            end
            and channel_mappings.platform = coalesce(normalised.platform, '(none)')
        left join {{ ref('channel_mappings') }} as default_mappings
            on channel_mappings.source_system = default_mappings.source_system
            and default_mappings.platform = '*'
    ) as scoped
{%- endmacro -%}

{#- Select of identifiers (identifier_type, identifier_value and the carried columns) with block_reason: why the value may
    not link anybody, null where `blocked_identifiers` does not name it. -#}
{%- macro with_block_reason(identifiers) -%}
    select
        identifiers.*,
        coalesce(
            blocked_by_value.reason
            {%- for type, pattern, reason in definition_rows(
                ref('blocked_identifiers'), ['identifier_type', 'value', 'reason'], "match_type = 'pattern'"
            ) %},
            case
                when
                    identifiers.identifier_type = '{{ type }}'
                    and {{ matches('identifiers.identifier_value', pattern) }}
                    then '{{ reason }}'
            end
            {%- endfor %}
        ) as block_reason
    from {{ identifiers }} as identifiers
    left join (
        select
            identifier_type,
            value,
            min(reason) as reason
        from {{ ref('blocked_identifiers') }}
        where match_type = 'equals'
        group by identifier_type, value
    ) as blocked_by_value
        on
            identifiers.identifier_type = blocked_by_value.identifier_type
            and identifiers.identifier_value = blocked_by_value.value
{%- endmacro -%}

{#- Select of identifiers with where they belong: `standing` and `component`. `identifiers`: identifier_key, standing and
    strength. `components`: identifier_key and component, of those that links have joined. `partners`: identifier_key and
    partner_key, both ways, of those that stood in one record. `apart`: one_key and other_key, of those that are to be kept
    apart. A weak identifier joins the one component that it was seen with; seen with several, it is shared. -#}
{%- macro placed_identifiers(identifiers, components, partners, apart) -%}
    with joined as (
        select * from {{ components }}
    ),

    anchors as (
        select
            identifiers.identifier_key,
            coalesce(joined.component, identifiers.identifier_key) as component
        from {{ identifiers }} as identifiers
        left join joined on identifiers.identifier_key = joined.identifier_key
        where
            joined.identifier_key is not null
            or (identifiers.standing = 'linking' and identifiers.strength = 'strong')
    ),

    unattached as (
        select identifiers.identifier_key
        from {{ identifiers }} as identifiers
        left join joined on identifiers.identifier_key = joined.identifier_key
        where
            identifiers.standing = 'linking'
            and identifiers.strength = 'weak'
            and joined.identifier_key is null
    ),

    apart as (
        select one_key as identifier_key, other_key as partner_key
        from {{ apart }}
        union all
        select other_key as identifier_key, one_key as partner_key
        from {{ apart }}
    ),

    -- the components that a weak identifier must not become part of
    components_apart as (
        select
            apart.identifier_key,
            anchors.component
        from apart
        inner join anchors on apart.partner_key = anchors.identifier_key
    ),

    weak_candidates as (
        select
            unattached.identifier_key,
            count(distinct anchors.component) as component_count,
            min(anchors.component) as component
        from unattached
        inner join {{ partners }} as partners on unattached.identifier_key = partners.identifier_key
        inner join anchors on partners.partner_key = anchors.identifier_key
        left join components_apart
            on unattached.identifier_key = components_apart.identifier_key
            and anchors.component = components_apart.component
        where components_apart.component is null
        group by unattached.identifier_key
    ),

    -- of two devices that are to be kept apart neither joins the person that both were seen with
    weak_conflicts as (
        select distinct one.identifier_key
        from apart
        inner join weak_candidates as one on apart.identifier_key = one.identifier_key
        inner join weak_candidates as other
            on apart.partner_key = other.identifier_key
            and one.component = other.component
        where one.component_count = 1 and other.component_count = 1
    ),

    weak_attachments as (
        select weak_candidates.*
        from weak_candidates
        left join weak_conflicts on weak_candidates.identifier_key = weak_conflicts.identifier_key
        where weak_conflicts.identifier_key is null
    )

    select
        identifiers.*,
        case
            when weak_attachments.component_count > 1 then 'shared'
            else identifiers.standing
        end as final_standing,
        case
            when identifiers.standing = 'blocked' then null
            when anchors.component is not null then anchors.component
            when weak_attachments.component_count = 1 then weak_attachments.component
            else identifiers.identifier_key
        end as component
    from {{ identifiers }} as identifiers
    left join anchors on identifiers.identifier_key = anchors.identifier_key
    left join weak_attachments on identifiers.identifier_key = weak_attachments.identifier_key
{%- endmacro -%}
