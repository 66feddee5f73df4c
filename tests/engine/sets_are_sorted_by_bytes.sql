-- capitals before small letters before others, whatever the server's language; the order of the list is of no weight
with texts as (
    select
        1 as place,
        'b' as known
    union all
    select
        2 as place,
        '触' as known
    union all
    select
        3 as place,
        'é' as known
    union all
    select
        4 as place,
        'B' as known
    union all
    select
        5 as place,
        'a_b' as known
    union all
    select
        6 as place,
        'a' as known
    union all
    select
        7 as place,
        'b' as known
    union all
    select
        8 as place,
        'ab' as known
),

lists as (
    select
        {{ ordered_list('known', 'place', '1 = 1') }} as items,
        {{ ordered_list('known', '-place', '1 = 1') }} as items_turned
    from texts
)

select
    items,
    items_turned
from lists
where
    {{ json_of_list(set_of_list('items')) }}
    is distinct from '["B","a","a_b","ab","b","é","触"]'
    or {{ json_of_list(set_of_list('items_turned')) }}
    is distinct from '["B","a","a_b","ab","b","é","触"]'
