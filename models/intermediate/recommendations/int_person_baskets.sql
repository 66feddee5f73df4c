-- what persons have decides what goes with it, and their segment what is popular: any person stands for all who are alike
with persons as (
    select * from {{ ref('int_person_segments') }}
    where is_personalised
),

person_items as (
    select
        user_key,
        sum(cast({{ row_hash(['item_id', 'is_compared']) }} as decimal(38, 0)))
            as basket_sum
    from {{ ref('int_person_items') }}
    group by user_key
)

select
    persons.user_key,
    persons.segment_code,
    min(persons.user_key) over (
        partition by persons.segment_code, person_items.basket_sum
    ) as example_user_key,
    min(persons.user_key) over (
        partition by person_items.basket_sum
    ) as basket_key
from persons
left join person_items on persons.user_key = person_items.user_key
