-- what a person's items say for other items
with persons as (
    select user_key from {{ ref('int_person_segments') }}
    where is_personalised
),

person_items as (
    select person_items.*
    from {{ ref('int_person_items') }} as person_items
    inner join persons on person_items.user_key = persons.user_key
    where person_items.is_compared
),

affinities as (
    select * from {{ ref('int_item_affinities') }}
)

select
    person_items.user_key,
    affinities.other_item_id as item_id,
    cast(sum(affinities.gain) as bigint) as gain,
    {{ value_at_first(
        'affinities.item_id', ['-affinities.gain', 'affinities.item_id']
    ) }} as reason_item_id
from person_items
inner join affinities on person_items.item_id = affinities.item_id
group by person_items.user_key, affinities.other_item_id
