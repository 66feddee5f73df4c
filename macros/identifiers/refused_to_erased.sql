{#- Select of strong identifiers to which a tier's join with somebody was refused who is erased since: node, tier. What limits
    and decisions kept apart stays apart, or the erased one's contact points would become somebody else's. Not of identifiers
    that were erased themselves since, which begin anew. `erasures`: rows as in `int_erasures`. -#}
{%- macro refused_to_erased(erasures) -%}
    select distinct
        refused.one_key as node,
        case when one_rules.tier > other_rules.tier then one_rules.tier else other_rules.tier end as tier
    from {{ erasures }} as refused
    inner join {{ ref('identifier_rules') }} as one_rules on refused.one_type = one_rules.identifier_type
    inner join {{ ref('identifier_rules') }} as other_rules on refused.other_type = other_rules.identifier_type
    left join {{ erasures }} as own
        on
            refused.one_key = own.one_key
            and own.erased_kind = 'identifier'
            and own.erased_until >= refused.erased_until
    where refused.erased_kind = 'refused' and own.one_key is null
{%- endmacro -%}
