-- by the number and not by the text, of the rows that meet the condition; no such row, no list
with numbered as (
    select
        1 as list_key,
        10 as place,
        'b' as known,
        true as is_item
    union all
    select
        1 as list_key,
        9 as place,
        'c' as known,
        true as is_item
    union all
    select
        1 as list_key,
        2 as place,
        'a' as known,
        true as is_item
    union all
    select
        1 as list_key,
        1 as place,
        'd' as known,
        false as is_item
    union all
    select
        1 as list_key,
        11 as place,
        'b' as known,
        true as is_item
    union all
    select
        2 as list_key,
        1 as place,
        'a' as known,
        false as is_item
),

lists as (
    select
        list_key,
        {{ ordered_list('known', 'place', 'is_item') }} as items
    from numbered
    group by list_key
),

told as (
    select
        list_key,
        {{ json_of_list('items') }} as list_json,
        {{ json_of_list('cast(items as ' ~ text_list_type() ~ ')') }} as cast_json,
        {{ json_of_list('cast(null as ' ~ text_list_type() ~ ')') }} as no_json
    from lists
)

select * from told
where
    list_json is distinct from case when list_key = 1 then '["a","c","b","b"]' end
    or cast_json is distinct from list_json
    or no_json is not null
