{#- What `make train` learned, else the seed lexicon: a term before which a negator stands counts the other way round. -#}
{%- set million = '1000000' -%}
with trained as (
    {{ trained_sentiment() }}
),

lexicon as (
    select
        language,
        case when language = 'en' then ' ' || term || ' ' else term end as entry,
        term,
        weight
    from {{ ref('sentiment_lexicon') }}
    where {{ of_this_industry() }}
),

negators as (
    select * from {{ ref('sentiment_negators') }}
    where {{ of_this_industry() }}
),

negated as (
    select
        case
            when lexicon.language = 'en'
                then ' ' || negators.negator || ' ' || lexicon.term || ' '
            else negators.negator || lexicon.term
        end as entry,
        -- the term itself is found as well
        -2 * lexicon.weight as weight
    from lexicon
    inner join negators on lexicon.language = negators.language
),

-- a term of the seed stands before what two of its rows would make, and of those the heaviest counts
of_the_lexicon as (
    select
        entry,
        weight,
        0 as place
    from lexicon
    union all
    select
        entry,
        weight,
        1 as place
    from negated
),

ranked as (
    select
        *,
        row_number() over (
            partition by entry
            order by place asc, abs(weight) desc, weight asc
        ) as entry_number
    from of_the_lexicon
),

entries as (
    select
        model_version,
        entry_kind,
        entry,
        weight,
        square,
        -- what can be shown to people as the reason: two letters or more, no signs
        entry_kind = 'gram' and {{ matches('entry', '^([一-龥]{2,}| [a-z ]{2,})$') }}
            as is_evidence
    from trained
    union all
    select
        '{{ sentiment_lexicon_version() }}' as model_version,
        'gram' as entry_kind,
        entry,
        cast(weight * {{ million }} as bigint) as weight,
        cast(0 as bigint) as square,
        true as is_evidence
    from ranked
    where entry_number = 1 and not exists (select 1 from trained)
    union all
    select
        '{{ sentiment_lexicon_version() }}' as model_version,
        'figure' as entry_kind,
        'intercept' as entry,
        cast(0 as bigint) as weight,
        cast(null as bigint) as square,
        false as is_evidence
    where not exists (select 1 from trained)
)

select
    model_version,
    entry_kind,
    entry,
    weight,
    square,
    is_evidence,
    -- the strongest first; of equals the same one on every engine
    row_number() over (
        order by abs(weight) desc, {{ hash64('entry') }} asc, entry_kind asc
    ) as entry_rank
from entries
