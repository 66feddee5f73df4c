-- the value in the first row; rows without a value, or without the only column, do not count
with numbered as (
    select
        3 as place,
        1 as tie,
        'c' as known
    union all
    select
        2 as place,
        2 as tie,
        'b' as known
    union all
    select
        2 as place,
        1 as tie,
        'a' as known
    union all
    select
        1 as place,
        1 as tie,
        null as known
    union all
    select
        null as place,
        0 as tie,
        'd' as known
),

found as (
    select
        {{ value_at_first('known', ['place', 'tie']) }} as by_both,
        {{ value_at_first('known', ['tie * 10 + place']) }} as by_one
    from numbered
)

select * from found
where by_both is distinct from 'a' or by_one is distinct from 'a'
