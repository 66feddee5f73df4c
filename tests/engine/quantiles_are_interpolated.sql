-- the median of 1, 2, 4 and 8 lies between 2 and 4, the 90th percentile between 4 and 8; nulls do not count
with numbered as (
    select 1 as number
    union all
    select 8 as number
    union all
    select 4 as number
    union all
    select 2 as number
    union all
    select null as number
),

found as (
    select
        {{ quantile_of('number', [0.5, 0.9], 0.5) }} as median_number,
        {{ quantile_of('number', [0.5, 0.9], 0.9) }} as p90_number
    from numbered
)

select * from found
where
    median_number is null
    or p90_number is null
    or abs(median_number - 3) > 0.000001
    or abs(p90_number - 6.8) > 0.000001
