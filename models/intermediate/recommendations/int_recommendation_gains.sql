-- what a basket says for other items; the largest reason says which item says most, of equal ones the first
with baskets as (
    select * from {{ ref('int_basket_histories') }}
),

basket_items as (
    select
        baskets.basket_number,
        basket_items.item_number,
        basket_items.is_compared,
        basket_items.is_consumable
    from {{ ref('int_basket_items') }} as basket_items
    inner join baskets on basket_items.basket_key = baskets.basket_key
),

items as (
    select
        item_id,
        item_number
    from {{ ref('int_item_sums') }}
),

affinities as (
    select
        items.item_number,
        partners.item_number as other_item_number,
        affinities.gain,
        {{ gain_as_reason('affinities.gain', 'items.item_number') }} as packed_reason
    from {{ ref('int_item_affinities') }} as affinities
    inner join items on affinities.item_id = items.item_id
    inner join items as partners on affinities.other_item_id = partners.item_id
),

-- one whole number for a basket and an item: groups are many, and two columns would cost half as much again
summed as (
    select
        basket_items.basket_number * 1000000000 + affinities.other_item_number
            as candidate_key,
        cast(sum(affinities.gain) as bigint) as gain,
        max(affinities.packed_reason) as packed_reason
    from basket_items
    inner join affinities on basket_items.item_number = affinities.item_number
    where basket_items.is_compared
    group by basket_items.basket_number * 1000000000 + affinities.other_item_number
),

had as (
    select basket_number * 1000000000 + item_number as candidate_key
    from basket_items
    where not is_consumable
),

candidates as (
    select
        summed.candidate_key - summed.candidate_key % 1000000000 as basket_base,
        cast(summed.candidate_key % 1000000000 as integer) as item_number,
        summed.gain,
        summed.packed_reason
    from summed
    left join had on summed.candidate_key = had.candidate_key
    where had.candidate_key is null
),

ranked as (
    select
        basket_base,
        gain,
        row_number() over (
            partition by basket_base
            order by gain desc, item_number asc
        ) as gain_rank
    from candidates
),

bounded as (
    select
        baskets.basket_key,
        baskets.basket_number * 1000000000 as basket_base,
        -- what even the most popular item needs, to come before all that are recommended for their gain alone
        coalesce(ranked.gain - baskets.most_popular_part, 0) as least_gain
    from baskets
    left join ranked
        on
            baskets.basket_number * 1000000000 = ranked.basket_base
            and ranked.gain_rank = {{ var('recommendation_count') }}
)

select
    bounded.basket_key,
    candidates.item_number,
    candidates.gain,
    candidates.packed_reason
from candidates
inner join bounded
    on
        candidates.basket_base = bounded.basket_base
        and candidates.gain >= bounded.least_gain
