with persons as (
    select * from {{ ref('int_person_segments') }}
    where is_personalised
),

person_items as (
    select * from {{ ref('int_person_items') }}
),

sums as (
    select * from {{ ref('int_item_sums') }}
),

gains as (
    select * from {{ ref('int_recommendation_gains') }}
),

segment_items as (
    select * from {{ ref('int_segment_items') }}
),

items as (
    select
        item_id,
        {{ is_consumable('category') }} as is_consumable
    from {{ ref('int_items_observed') }}
),

-- how much of a person's score is left to popularity: all of it where nothing was bought
histories as (
    select
        persons.user_key,
        persons.segment_code,
        count(sums.item_id) as item_count,
        coalesce(cast(sum({{ billionths(
            affinity_prior(), 'sums.weight + ' ~ affinity_prior()
        ) }}) as bigint), 1000000000) as prior_share
    from persons
    left join person_items
        on persons.user_key = person_items.user_key and person_items.is_compared
    left join sums on person_items.item_id = sums.item_id
    group by persons.user_key, persons.segment_code
),

candidates as (
    select
        user_key,
        item_id
    from gains
    union
    select
        histories.user_key,
        segment_items.item_id
    from histories
    inner join segment_items
        on
            histories.segment_code = segment_items.segment_code
            and segment_items.popularity_rank <= {{ var('popular_candidates') }}
),

scored as (
    select
        candidates.user_key,
        candidates.item_id,
        gains.reason_item_id,
        histories.item_count,
        coalesce(gains.gain, 0) + cast(floor(
            cast(segment_items.popularity as {{ double_type() }})
            * histories.prior_share / 1000000000
        ) as bigint) as score_parts
    from candidates
    inner join histories on candidates.user_key = histories.user_key
    inner join segment_items
        on
            histories.segment_code = segment_items.segment_code
            and candidates.item_id = segment_items.item_id
    inner join items on candidates.item_id = items.item_id
    left join gains
        on
            candidates.user_key = gains.user_key
            and candidates.item_id = gains.item_id
    left join person_items
        on
            candidates.user_key = person_items.user_key
            and candidates.item_id = person_items.item_id
    where person_items.item_id is null or items.is_consumable
),

ranked as (
    select
        *,
        row_number() over (
            partition by user_key
            order by score_parts desc, item_id asc
        ) as recommendation_rank
    from scored
)

select
    user_key,
    item_id,
    recommendation_rank,
    reason_item_id,
    case
        when reason_item_id = item_id then 'again'
        when reason_item_id is not null then 'together'
        else 'popular'
    end as reason_kind,
    cast(score_parts as {{ double_type() }}) / (1000000000 * greatest(item_count, 1))
        as score
from ranked
where recommendation_rank <= {{ var('recommendation_count') }}
