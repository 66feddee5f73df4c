-- who does not want to be analysed is not learned from
with person_items as (
    select person_items.*
    from {{ ref('int_person_items') }} as person_items
    inner join {{ ref('int_person_consents') }} as consents
        on person_items.user_key = consents.user_key
    where
        person_items.is_compared
        and consents.purpose = 'analysis'
        and consents.is_granted
),

-- a person weighs as much as the newest item
persons as (
    select
        user_key,
        max(weight) as weight
    from person_items
    group by user_key
),

everybody as (
    select
        count(*) as person_count,
        sum(weight) as person_weight
    from persons
),

items as (
    select
        item_id,
        count(*) as user_count,
        sum(weight) as weight
    from person_items
    group by item_id
)

select
    items.item_id,
    -- in the order of ids: what is worked out per person and item goes by it
    cast(row_number() over (order by items.item_id) as integer) as item_number,
    items.user_count,
    cast(items.weight as bigint) as weight,
    everybody.person_count,
    cast(everybody.person_weight as bigint) as person_weight
from items
cross join everybody
