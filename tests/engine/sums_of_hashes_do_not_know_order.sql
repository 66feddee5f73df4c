-- the same rows give the same hash in any order; one more, one less or another do not
with numbered as (
    select
        1 as place,
        'a' as known
    union all
    select
        2 as place,
        'b' as known
    union all
    select
        3 as place,
        'b' as known
),

one as (
    select {{ sum_of_hashes(['known']) }} as rows_hash from numbered
    where place < 3
),

turned as (
    select {{ sum_of_hashes(['known']) }} as rows_hash
    from (
        select known from numbered
        where place in (1, 3)
        order by place desc
    ) as rows_turned
),

more as (
    select {{ sum_of_hashes(['known']) }} as rows_hash from numbered
),

other as (
    select {{ sum_of_hashes(['known']) }} as rows_hash from numbered
    where place > 1
)

select one.rows_hash
from one
cross join turned
cross join more
cross join other
where
    one.rows_hash <> turned.rows_hash
    or one.rows_hash in (more.rows_hash, other.rows_hash)
