with edges as (
    select * from {{ ref('int_markov_edges') }}
),

effects as (
    select * from {{ ref('int_removal_effects') }}
),

chains as (
    select
        chain_key,
        markov_order,
        goal_code,
        level,
        month_date,
        left_out_group,
        sum(converted_count) as conversions,
        sum(value) as value
    from edges
    group by chain_key, markov_order, goal_code, level, month_date, left_out_group
    having sum(converted_count) > 0
),

shares as (
    select
        *,
        -- none where a walk did not end
        case
            when count(removal_effect) over chain = count(*) over chain
                then removal_effect / nullif(sum(removal_effect) over chain, 0)
        end as share,
        value_removal_effect / nullif(sum(value_removal_effect) over chain, 0)
            as value_share
    from effects
    window chain as (partition by chain_key)
)

select
    chains.chain_key,
    chains.goal_code,
    chains.level,
    shares.code,
    'markov_' || cast(chains.markov_order as {{ text_type() }}) as model_code,
    chains.month_date,
    chains.left_out_group,
    chains.conversions as total_conversions,
    chains.value as total_value,
    chains.conversions * shares.share as conversions,
    case
        when shares.share is not null
            then
                cast(chains.value as {{ double_type() }})
                * coalesce(shares.value_share, shares.share)
    end as value,
    shares.conversion_rate,
    shares.removal_effect,
    shares.value_removal_effect
from chains
inner join shares on chains.chain_key = shares.chain_key
