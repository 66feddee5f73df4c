-- the value of the earliest row, and of simultaneous rows that of the lowest key, which may be below zero; rows without a value do
-- not count
with timed as (
    select
        timestamp '2025-03-01 00:00:00.000002' as occurred_at,
        cast(-9223372036854775807 as bigint) as row_key,
        'c' as known
    union all
    select
        timestamp '2025-03-01 00:00:00.000001' as occurred_at,
        cast(9223372036854775807 as bigint) as row_key,
        'b' as known
    union all
    select
        timestamp '2025-03-01 00:00:00.000001' as occurred_at,
        cast(-1 as bigint) as row_key,
        'a' as known
    union all
    select
        timestamp '2025-03-01 00:00:00' as occurred_at,
        cast(0 as bigint) as row_key,
        null as known
),

found as (
    select
        {{ value_at_earliest('known', 'occurred_at', 'row_key') }} as of_all,
        {{ value_at_earliest(
            "case when known <> 'a' then known end", 'occurred_at', 'row_key'
        ) }} as of_some
    from timed
)

select * from found
where of_all is distinct from 'a' or of_some is distinct from 'b'
