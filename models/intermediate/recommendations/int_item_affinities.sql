with pairs as (
    select * from {{ ref('int_item_pairs') }}
),

sums as (
    select * from {{ ref('int_item_sums') }}
),

scored as (
    select
        pairs.item_id,
        pairs.other_item_id,
        pairs.user_count,
        ones.user_count as item_user_count,
        partners.user_count as other_user_count,
        ones.person_count,
        -- the recency-weighted confidence, drawn towards the popularity of the other item
        -- as if so many more persons had bought as everybody does
        {{ billionths('pairs.weight', 'ones.weight + ' ~ affinity_prior()) }} as gain,
        {{ billionths('partners.weight', 'ones.person_weight') }} as popularity,
        {{ billionths(affinity_prior(), 'ones.weight + ' ~ affinity_prior()) }}
            as prior_share
    from pairs
    inner join sums as ones on pairs.item_id = ones.item_id
    inner join sums as partners on pairs.other_item_id = partners.item_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by item_id
            order by gain desc, other_user_count desc, other_item_id asc
        ) as affinity_rank
    from scored
)

select
    item_id,
    other_item_id,
    affinity_rank,
    user_count,
    item_user_count,
    other_user_count,
    person_count,
    gain,
    popularity,
    prior_share
from ranked
where affinity_rank <= {{ var('affinity_neighbours') }}
