-- who does not want to be analysed is not learned from
with person_items as (
    select
        person_items.user_key,
        person_items.item_id,
        person_items.weight,
        person_items.order_count
    from {{ ref('int_person_items') }} as person_items
    inner join {{ ref('int_person_consents') }} as consents
        on person_items.user_key = consents.user_key
    where
        person_items.is_compared
        and consents.purpose = 'analysis'
        and consents.is_granted
),

counted as (
    select
        one.item_id,
        other.item_id as other_item_id,
        count(*) as user_count,
        sum(least(one.weight, other.weight)) as weight
    from person_items as one
    inner join person_items as other
        on
            one.user_key = other.user_key
            -- an item goes with itself where it was bought again
            and (one.item_id <> other.item_id or one.order_count > 1)
    group by one.item_id, other.item_id
)

select
    item_id,
    other_item_id,
    user_count,
    cast(weight as bigint) as weight
from counted
where user_count >= {{ var('affinity_min_support') }}
