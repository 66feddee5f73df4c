-- Each of the 125 combinations of scores lies in one segment of the industry, no more and no fewer; and one has no scores.
with segments as (
    select * from {{ ref('rfm_segments') }}
    where {{ of_this_industry() }}
),

scores as (
    {%- for score in range(1, 6) %}
    select {{ score }} as score
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

combinations as (
    select
        recency.score as recency_score,
        frequency.score as frequency_score,
        monetary.score as monetary_score
    from scores as recency
    cross join scores as frequency
    cross join scores as monetary
)

select
    combinations.recency_score,
    combinations.frequency_score,
    combinations.monetary_score,
    count(segments.segment_code) as segment_count
from combinations
left join segments
    on
        combinations.recency_score between segments.recency_from and segments.recency_to
        and combinations.frequency_score
        between segments.frequency_from and segments.frequency_to
        and combinations.monetary_score
        between segments.monetary_from and segments.monetary_to
group by
    combinations.recency_score,
    combinations.frequency_score,
    combinations.monetary_score
having count(segments.segment_code) <> 1
union all
select
    cast(null as integer) as recency_score,
    cast(null as integer) as frequency_score,
    cast(null as integer) as monetary_score,
    count(*) as segment_count
from segments
where recency_from is null
having count(*) <> 1
