-- persons of a segment who have the same items are recommended the same: any of them stands for all
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
    ) as example_user_key
from persons
left join person_items on persons.user_key = person_items.user_key
