with persons as (
    select distinct
        example_user_key as user_key,
        segment_code,
        basket_key
    from {{ ref('int_person_baskets') }}
),

items as (
    select
        item_id,
        item_number
    from {{ ref('int_item_sums') }}
),

segment_numbers as (
    select
        segment_code,
        1000000000 * cast(dense_rank() over (order by segment_code) as bigint) as base
    from {{ ref('int_segment_items') }}
    where popularity_rank = 1
),

-- one whole number for a segment and an item: no plan joins all items of a segment first
segment_items as (
    select
        segment_numbers.base as segment_base,
        segment_numbers.base + items.item_number as place_key,
        items.item_number,
        segment_items.popularity,
        segment_items.popularity_rank
    from {{ ref('int_segment_items') }} as segment_items
    inner join segment_numbers
        on segment_items.segment_code = segment_numbers.segment_code
    inner join items on segment_items.item_id = items.item_id
),

gains as (
    select * from {{ ref('int_recommendation_gains') }}
),

baskets as (
    select * from {{ ref('int_basket_histories') }}
),

-- so many items with a larger gain than what popularity says for any leave no place for what is popular alone
filled as (
    select gains.basket_key
    from gains
    inner join baskets
        on
            gains.basket_key = baskets.basket_key
            and gains.gain > baskets.most_popular_part
    group by gains.basket_key
    having count(*) >= {{ var('recommendation_count') }}
),

histories as (
    select
        persons.user_key,
        persons.basket_key,
        segment_numbers.base as segment_base,
        baskets.item_count,
        baskets.prior_share,
        filled.basket_key is not null as is_filled
    from persons
    inner join segment_numbers on persons.segment_code = segment_numbers.segment_code
    inner join baskets on persons.basket_key = baskets.basket_key
    left join filled on persons.basket_key = filled.basket_key
),

candidates as (
    select
        histories.user_key,
        gains.item_number,
        gains.gain,
        gains.packed_reason
    from histories
    inner join gains on histories.basket_key = gains.basket_key
    union all
    select
        histories.user_key,
        segment_items.item_number,
        0 as gain,
        cast(null as bigint) as packed_reason
    from histories
    inner join segment_items on histories.segment_base = segment_items.segment_base
    left join {{ ref('int_basket_items') }} as had
        on
            histories.basket_key = had.basket_key
            and segment_items.item_number = had.item_number
            and not had.is_consumable
    where
        not histories.is_filled
        and segment_items.popularity_rank <= {{ var('popular_candidates') }}
        and had.basket_key is null
),

gathered as (
    select
        user_key,
        item_number,
        cast(sum(gain) as bigint) as gain,
        max(packed_reason) as packed_reason
    from candidates
    group by user_key, item_number
),

scored as (
    select
        gathered.user_key,
        gathered.item_number,
        gathered.packed_reason,
        histories.item_count,
        gathered.gain
        + {{ popular_part('segment_items.popularity', 'histories.prior_share') }}
            as score_parts
    from gathered
    inner join histories on gathered.user_key = histories.user_key
    inner join segment_items
        on histories.segment_base + gathered.item_number = segment_items.place_key
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
