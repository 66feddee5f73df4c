with persons as (
    select distinct
        example_user_key as user_key,
        segment_code
    from {{ ref('int_person_baskets') }}
),

items as (
    select
        sums.item_id,
        sums.item_number,
        sums.weight,
        {{ is_consumable('observed.category') }} as is_consumable
    from {{ ref('int_item_sums') }} as sums
    inner join {{ ref('int_items_observed') }} as observed
        on sums.item_id = observed.item_id
),

person_items as (
    select
        person_items.user_key,
        items.item_number,
        items.weight,
        person_items.is_compared,
        items.is_consumable
    from {{ ref('int_person_items') }} as person_items
    inner join persons on person_items.user_key = persons.user_key
    inner join items on person_items.item_id = items.item_id
),

segment_items as (
    select
        dense_rank() over (order by segment_items.segment_code) as segment_number,
        segment_items.segment_code,
        items.item_number,
        segment_items.popularity,
        segment_items.popularity_rank
    from {{ ref('int_segment_items') }} as segment_items
    inner join items on segment_items.item_id = items.item_id
),

shares as (
    select
        user_key,
        count(*) as item_count,
        sum({{ billionths(affinity_prior(), 'weight + ' ~ affinity_prior()) }})
            as prior_share
    from person_items
    where is_compared
    group by user_key
),

-- how much of a person's score is left to popularity: all of it where nothing was bought
histories as (
    select
        persons.user_key,
        segment_items.segment_number,
        coalesce(shares.item_count, 0) as item_count,
        coalesce(cast(shares.prior_share as bigint), 1000000000) as prior_share
    from persons
    inner join segment_items
        on
            persons.segment_code = segment_items.segment_code
            and segment_items.popularity_rank = 1
    left join shares on persons.user_key = shares.user_key
),

candidates as (
    select
        *,
        0 as is_had
    from {{ ref('int_recommendation_gains') }}
    union all
    select
        histories.user_key,
        segment_items.item_number,
        0 as gain,
        cast(null as bigint) as packed_reason,
        0 as is_had
    from histories
    inner join segment_items on histories.segment_number = segment_items.segment_number
    where segment_items.popularity_rank <= {{ var('popular_candidates') }}
    union all
    select
        user_key,
        item_number,
        0 as gain,
        cast(null as bigint) as packed_reason,
        1 as is_had
    from person_items
    where not is_consumable
),

gathered as (
    select
        user_key,
        item_number,
        cast(sum(gain) as bigint) as gain,
        max(packed_reason) as packed_reason
    from candidates
    group by user_key, item_number
    having max(is_had) = 0
),

scored as (
    select
        gathered.user_key,
        gathered.item_number,
        gathered.packed_reason,
        histories.item_count,
        gathered.gain + cast(floor(
            cast(segment_items.popularity as {{ double_type() }})
            * histories.prior_share / 1000000000
        ) as bigint) as score_parts
    from gathered
    inner join histories on gathered.user_key = histories.user_key
    inner join segment_items
        on
            histories.segment_number = segment_items.segment_number
            and gathered.item_number = segment_items.item_number
),

ranked as (
    select
        *,
        row_number() over (
            partition by user_key
            order by score_parts desc, item_number asc
        ) as recommendation_rank
    from scored
)

select
    ranked.user_key,
    items.item_id,
    ranked.recommendation_rank,
    reasons.item_id as reason_item_id,
    case
        when reasons.item_id = items.item_id then 'again'
        when reasons.item_id is not null then 'together'
        else 'popular'
    end as reason_kind,
    cast(ranked.score_parts as {{ double_type() }})
    / (1000000000 * greatest(ranked.item_count, 1)) as score
from ranked
inner join items on ranked.item_number = items.item_number
left join items as reasons
    on {{ item_of_reason('ranked.packed_reason') }} = reasons.item_number
where ranked.recommendation_rank <= {{ var('recommendation_count') }}
