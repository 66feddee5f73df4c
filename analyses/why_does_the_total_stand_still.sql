-- The two months between which mix and rate of sessions that lead to an order cancel out most, and what each channel did.
with changes as (
    select * from {{ ref('mix_and_rate_changes') }}
    where metric_code = 'session_order_rate' and not is_suppressed
),

pairs as (
    select
        dimension,
        period_start_date,
        min(total_change) as total_change,
        abs(sum(mix_effect)) + abs(sum(rate_effect)) - abs(min(total_change))
            as cancelled
    from changes
    group by dimension, period_start_date
),

ranked as (
    select
        *,
        row_number() over (
            partition by dimension
            order by cancelled desc, period_start_date desc
        ) as pair_rank
    from pairs
),

channels as (
    select * from {{ ref('dim_channels') }}
)

select
    changes.previous_period_start_date,
    changes.period_start_date,
    coalesce(channels.channel_name, changes.category) as category_name,
    changes.previous_share,
    changes.share,
    cast(changes.previous_numerator as {{ double_type() }})
    / nullif(changes.previous_denominator, 0) as previous_rate,
    cast(changes.numerator as {{ double_type() }})
    / nullif(changes.denominator, 0) as rate,
    changes.mix_effect,
    changes.rate_effect,
    changes.total_change
from changes
inner join ranked
    on
        changes.dimension = ranked.dimension
        and changes.period_start_date = ranked.period_start_date
        and ranked.pair_rank = 1
left join channels on changes.category = channels.channel_code
order by abs(changes.mix_effect) + abs(changes.rate_effect) desc, changes.category asc
