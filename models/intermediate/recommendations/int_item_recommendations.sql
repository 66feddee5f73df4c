{{ config(materialized='view') }}
with baskets as (
    select * from {{ ref('int_person_baskets') }}
),

recommendations as (
    select * from {{ ref('int_basket_recommendations') }}
)

select
    baskets.user_key,
    recommendations.item_id,
    recommendations.recommendation_rank,
    recommendations.reason_item_id,
    recommendations.reason_kind,
    recommendations.score
from baskets
inner join recommendations on baskets.example_user_key = recommendations.user_key
