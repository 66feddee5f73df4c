with baskets as (
    select distinct basket_key from {{ ref('int_person_baskets') }}
),

shares as (
    select
        basket_key,
        count(*) as item_count,
        sum({{ billionths(affinity_prior(), 'weight + ' ~ affinity_prior()) }})
            as prior_share
    from {{ ref('int_basket_items') }}
    where is_compared
    group by basket_key
),

most_popular as (
    select max(popularity) as popularity from {{ ref('int_segment_items') }}
),

-- how much of a basket's scores is left to popularity: all of it where nothing was bought
histories as (
    select
        baskets.basket_key,
        cast(row_number() over (order by baskets.basket_key) as bigint)
            as basket_number,
        coalesce(shares.item_count, 0) as item_count,
        coalesce(cast(shares.prior_share as bigint), 1000000000) as prior_share
    from baskets
    left join shares on baskets.basket_key = shares.basket_key
)

select
    histories.*,
    {{ popular_part('most_popular.popularity', 'histories.prior_share') }}
        as most_popular_part
from histories
cross join most_popular
