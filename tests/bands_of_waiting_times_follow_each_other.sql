-- Every waiting time lies in one band: where bands overlap, a case would count twice; in a gap, as if nobody had answered it.
with bands as (
    select
        band_code,
        from_seconds,
        to_seconds,
        lag(to_seconds) over by_start as ended_seconds,
        row_number() over by_start as band_number,
        count(*) over () as band_count
    from {{ ref('response_bands') }}
    where {{ of_this_industry() }}
    window by_start as (order by from_seconds, band_code)
)

select
    band_code,
    from_seconds,
    to_seconds,
    ended_seconds
from bands
where
    (band_number = 1 and from_seconds <> 0)
    or (band_number > 1 and (ended_seconds is null or ended_seconds <> from_seconds))
    or (band_number = band_count and to_seconds is not null)
