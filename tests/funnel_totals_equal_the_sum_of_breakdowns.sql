-- Every entry has one value under every breakdown, at entry and at conversion: step by step the values add up to all.
with steps as (
    select * from {{ ref('funnel_steps') }}
),

totals as (
    select * from steps
    where breakdown = 'all'
),

breakdowns as (
    select distinct
        attribution,
        breakdown
    from steps
    where breakdown <> 'all'
),

sums as (
    select
        funnel_code,
        attribution,
        breakdown,
        step_number,
        sum(entry_count) as entry_count,
        sum(entered_count) as entered_count
    from steps
    group by funnel_code, attribution, breakdown, step_number
)

select
    totals.funnel_code,
    totals.step_number,
    breakdowns.attribution,
    breakdowns.breakdown,
    totals.entry_count,
    sums.entry_count as summed_entry_count
from totals
cross join breakdowns
left join sums
    on
        totals.funnel_code = sums.funnel_code
        and totals.step_number = sums.step_number
        and breakdowns.attribution = sums.attribution
        and breakdowns.breakdown = sums.breakdown
where
    sums.entry_count is null
    or totals.entry_count <> sums.entry_count
    or totals.entered_count <> sums.entered_count
