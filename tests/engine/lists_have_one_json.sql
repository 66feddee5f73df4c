-- the same bytes everywhere: no blanks, quotes and backslashes escaped, other letters as they are
with texts as (
    select
        1 as place,
        '触点 é/' as known
    union all
    select
        2 as place,
        'say "hi"' as known
    union all
    select
        3 as place,
        'back' || chr(92) || 'slash' as known
    union all
    select
        4 as place,
        'a''b, [c] {d}' as known
    union all
    select
        5 as place,
        '' as known
    union all
    select
        6 as place,
        'tab' || chr(9) || 'line' || chr(10) as known
),

lists as (
    select {{ ordered_list('known', 'place', '1 = 1') }} as items from texts
),

expected as (
    select
        '["触点 é/","say ' || chr(92) || '"hi' || chr(92)
        || '"","back' || chr(92) || chr(92) || 'slash","a''b, [c] {d}","","tab'
        || chr(92) || 'tline' || chr(92) || 'n"]' as known_json
)

select
    expected.known_json,
    {{ json_of_list('lists.items') }} as told_json
from lists
cross join expected
where {{ json_of_list('lists.items') }} is distinct from expected.known_json
