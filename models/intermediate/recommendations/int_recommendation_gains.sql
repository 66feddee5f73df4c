-- what a person's items say for other items; the largest reason says which says most, of equal ones the first
with persons as (
    select distinct example_user_key as user_key
    from {{ ref('int_person_baskets') }}
),

items as (
    select
        item_id,
        item_number
    from {{ ref('int_item_sums') }}
),

person_items as (
    select
        person_items.user_key,
        items.item_number
    from {{ ref('int_person_items') }} as person_items
    inner join persons on person_items.user_key = persons.user_key
    inner join items on person_items.item_id = items.item_id
    where person_items.is_compared
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
)

select
    person_items.user_key,
    affinities.other_item_number as item_number,
    cast(sum(affinities.gain) as bigint) as gain,
    max(affinities.packed_reason) as packed_reason
from person_items
inner join affinities on person_items.item_number = affinities.item_number
group by person_items.user_key, affinities.other_item_number
