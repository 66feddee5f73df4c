-- every item once, with its place; no list has none
with numbered as (
    select
        7 as list_key,
        1 as place,
        '触' as known,
        true as is_item
    union all
    select
        7 as list_key,
        2 as place,
        'b' as known,
        true as is_item
    union all
    select
        7 as list_key,
        3 as place,
        '触' as known,
        true as is_item
    union all
    select
        8 as list_key,
        1 as place,
        'z' as known,
        true as is_item
    union all
    select
        9 as list_key,
        1 as place,
        'a' as known,
        false as is_item
),

lists as (
    select
        list_key,
        list_key * 10 as other,
        {{ ordered_list('known', 'place', 'is_item') }} as items
    from numbered
    group by list_key
),

found as (
    {{ items_of_list('lists', ['list_key', 'other'], 'items') }}
),

item_rows as (
    select * from numbered
    where is_item
)

select
    numbered.list_key,
    numbered.place,
    found.item_number,
    found.item
from item_rows as numbered
full outer join found
    on
        numbered.list_key = found.list_key
        and numbered.place = found.item_number
where
    numbered.known is distinct from found.item
    or found.other is distinct from numbered.list_key * 10
