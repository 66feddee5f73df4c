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
    are (identifier_type, identifier_value), with identifier_key; null where the value is none of its type. Rows of an
    unknown type are left out. -#}
{%- macro keyed_identifiers(rows, carried) -%}
    select
        {{ carried | join(', ') }},
        identifier_type,
        identifier_value,
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
    {%- set patterns = definition_rows(
        ref('blocked_identifiers'), ['identifier_type', 'value', 'reason'], "match_type = 'pattern'"
    ) %}
    select
        identifiers.*,
        coalesce(
            blocked_by_value.reason
            {%- if patterns %},
            case identifiers.identifier_type
                {%- for type, of_type in patterns | groupby(0) %}
                when '{{ type }}'
                    then case
                        {%- for _, pattern, reason in of_type %}
                        when {{ matches('identifiers.identifier_value', pattern) }} then '{{ reason }}'
                        {%- endfor %}
                    end
                {%- endfor %}
            end
            {%- endif %}
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

{#- Select of identifiers with where they belong: `final_standing`, `component` and `is_kept_apart`. `identifiers`:
    identifier_key, standing and strength. `components`: identifier_key and component, of those that links have joined.
    `partners`: identifier_key and partner_key, both ways, of those that stood in one record. `apart`: one_key and other_key,
    of those that are to be kept apart. `erased`: identifier_key and partner_key, of weak identifiers that several persons shared
    when one of them was erased, and of the identifiers of that one. A weak identifier joins the one component that it was seen
    with; seen with several, or with somebody else who is erased, it is shared. Weak ones that a decision keeps together, and
    nothing else with them, are as one: shared if one of them is.
    is_kept_apart: weak, and a decision keeps it from a component that it was seen with. -#}
{%- macro placed_identifiers(identifiers, components, partners, apart, erased) -%}
    with joined as (
        select * from {{ components }}
    ),

    parts as (
        select
            identifiers.identifier_key,
            identifiers.standing,
            identifiers.strength,
            coalesce(joined.component, identifiers.identifier_key) as component,
            joined.identifier_key is not null as is_joined
        from {{ identifiers }} as identifiers
        left join joined on identifiers.identifier_key = joined.identifier_key
        where identifiers.standing <> 'blocked'
    ),

    components_judged as (
        select
            component,
            count(case when strength = 'strong' then 1 end) as strong_count,
            count(case when strength = 'strong' and (is_joined or standing = 'linking') then 1 end)
                as anchor_count,
            count(case when standing = 'shared' then 1 end) as shared_count
        from parts
        group by component
    ),

    anchors as (
        select
            parts.identifier_key,
            parts.component
        from parts
        inner join components_judged on parts.component = components_judged.component
        where components_judged.anchor_count > 0
    ),

    -- one weak identifier, or several that are as one
    weak_parts as (
        select
            parts.identifier_key,
            parts.component,
            components_judged.shared_count > 0 as is_shared
        from parts
        inner join components_judged on parts.component = components_judged.component
        where components_judged.strong_count = 0
    ),

    apart as (
        select one_key as identifier_key, other_key as partner_key
        from {{ apart }}
        union all
        select other_key as identifier_key, one_key as partner_key
        from {{ apart }}
    ),

    -- the components that a weak one must not become part of
    components_apart as (
        select distinct
            weak_parts.component as weak_component,
            anchors.component
        from apart
        inner join weak_parts on apart.identifier_key = weak_parts.identifier_key
        inner join anchors on apart.partner_key = anchors.identifier_key
    ),

    weak_candidates as (
        select
            weak_parts.component as weak_component,
            count(distinct case when components_apart.component is null then anchors.component end)
                as component_count,
            min(case when components_apart.component is null then anchors.component end) as component,
            count(components_apart.component) > 0 as is_kept_apart
        from weak_parts
        inner join {{ partners }} as partners on weak_parts.identifier_key = partners.identifier_key
        inner join anchors on partners.partner_key = anchors.identifier_key
        left join components_apart
            on weak_parts.component = components_apart.weak_component
            and anchors.component = components_apart.component
        where not weak_parts.is_shared
        group by weak_parts.component
    ),

    -- somebody else was seen with it, and is erased: whose it is nobody can tell any more than before
    weak_strangers as (
        select distinct weak_candidates.weak_component
        from weak_candidates
        inner join weak_parts on weak_candidates.weak_component = weak_parts.component
        inner join {{ erased }} as erased on weak_parts.identifier_key = erased.identifier_key
        left join anchors on erased.partner_key = anchors.identifier_key
        where
            weak_candidates.component_count = 1
            and (anchors.component is null or anchors.component <> weak_candidates.component)
    ),

    -- of two devices that are to be kept apart neither joins the person that both were seen with
    weak_conflicts as (
        select distinct one.weak_component
        from apart
        inner join weak_parts as one_part on apart.identifier_key = one_part.identifier_key
        inner join weak_parts as other_part on apart.partner_key = other_part.identifier_key
        inner join weak_candidates as one on one_part.component = one.weak_component
        inner join weak_candidates as other
            on other_part.component = other.weak_component
            and one.component = other.component
        where one.component_count = 1 and other.component_count = 1
    ),

    weak_placed as (
        select
            weak_parts.identifier_key,
            weak_parts.is_shared
            or weak_candidates.component_count > 1
            or weak_strangers.weak_component is not null as is_shared,
            case
                when
                    weak_candidates.component_count = 1
                    and weak_conflicts.weak_component is null
                    and weak_strangers.weak_component is null
                    then weak_candidates.component
            end as component,
            weak_candidates.is_kept_apart or weak_conflicts.weak_component is not null as is_kept_apart
        from weak_parts
        left join weak_candidates on weak_parts.component = weak_candidates.weak_component
        left join weak_conflicts on weak_parts.component = weak_conflicts.weak_component
        left join weak_strangers on weak_parts.component = weak_strangers.weak_component
    )

    select
        identifiers.*,
        case when weak_placed.is_shared then 'shared' else identifiers.standing end as final_standing,
        coalesce(weak_placed.component, parts.component) as component,
        coalesce(weak_placed.is_kept_apart, false) as is_kept_apart
    from {{ identifiers }} as identifiers
    left join parts on identifiers.identifier_key = parts.identifier_key
    left join weak_placed on identifiers.identifier_key = weak_placed.identifier_key
{%- endmacro -%}
