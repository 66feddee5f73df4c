-- the last value that is known, row by row; before the first there is none
with numbered as (
    select
        1 as place,
        cast(null as bigint) as known,
        cast(null as bigint) as expected
    union all
    select
        2 as place,
        7 as known,
        7 as expected
    union all
    select
        3 as place,
        null as known,
        7 as expected
    union all
    select
        4 as place,
        5 as known,
        5 as expected
    union all
    select
        5 as place,
        null as known,
        5 as expected
),

carried as (
    select
        place,
        expected,
        {{ carry_forward('known', 'places') }} as actual
    from numbered
    window places as (
        order by place
    )
)

select * from carried
where actual is distinct from expected
