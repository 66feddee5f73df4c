with rates as (
    select * from {{ ref('int_code_set_rates') }}
),

subsets as (
    select * from {{ ref('int_code_subsets') }}
),

items as (
    select * from {{ ref('int_code_set_items') }}
),

codes as (
    select distinct
        level,
        code
    from items
),

counters as (
    select row_number() over (order by level, code) as number
    from codes
),

factorials as (
    select
        number,
        sum(ln(number)) over (
            order by number
            rows between unbounded preceding and current row
        ) as log_factorial
    from counters
    union all
    select
        0 as number,
        0 as log_factorial
),

-- the share of the orders of a set in which just the subset's codes come up to one
weighed as (
    select
        subsets.*,
        subsets.code_count - subsets.subset_code_count as missing_code_count,
        exp(
            below.log_factorial + beside.log_factorial - all_codes.log_factorial
        ) as weight
    from subsets
    inner join factorials as below on subsets.subset_code_count - 1 = below.number
    inner join factorials as beside
        on subsets.code_count - subsets.subset_code_count = beside.number
    inner join factorials as all_codes on subsets.code_count = all_codes.number
),

-- and the share in which they come just before one
weighed_both as (
    select
        *,
        case
            when missing_code_count > 0
                then weight * subset_code_count / missing_code_count
            else 0
        end as weight_without
    from weighed
),

-- what a set would have without one of its codes
without_code as (
    select
        part.chain_key,
        weighed_both.set_key,
        sum(weighed_both.weight_without * part.conversion_rate) as rate
    from weighed_both
    inner join rates as part on weighed_both.subset_key = part.set_key
    group by part.chain_key, weighed_both.set_key
),

-- journeys, and value for each part of the rate, of the sets that a subset lies in
around as (
    select
        whole.chain_key,
        weighed_both.subset_key as set_key,
        sum(
            (weighed_both.weight + weighed_both.weight_without) * whole.journey_count
        ) as journeys,
        sum(
            (weighed_both.weight + weighed_both.weight_without)
            * cast(whole.value as {{ double_type() }})
            / whole.conversion_rate
        ) as value_rate
    from weighed_both
    inner join rates as whole on weighed_both.set_key = whole.set_key
    group by whole.chain_key, weighed_both.subset_key
),

-- summed by code it is each set's parts: what its subsets bring with the code, less what it would have without
parts as (
    select
        rates.*,
        around.journeys * rates.conversion_rate
        - rates.journey_count * without_code.rate as conversions_part,
        around.value_rate * rates.conversion_rate
        - cast(rates.value as {{ double_type() }})
        / rates.conversion_rate
        * without_code.rate as value_part
    from rates
    inner join around
        on
            rates.chain_key = around.chain_key
            and rates.set_key = around.set_key
    inner join without_code
        on
            rates.chain_key = without_code.chain_key
            and rates.set_key = without_code.set_key
),

totals as (
    select
        chain_key,
        sum(converted_count) as total_conversions,
        sum(value) as total_value
    from rates
    group by chain_key
)

select
    parts.chain_key,
    parts.goal_code,
    parts.level,
    items.code,
    'shapley_path' as model_code,
    parts.month_date,
    parts.left_out_group,
    min(totals.total_conversions) as total_conversions,
    min(totals.total_value) as total_value,
    sum(parts.conversions_part) as conversions,
    sum(parts.value_part) as value
from parts
inner join items on parts.set_key = items.set_key
inner join totals on parts.chain_key = totals.chain_key
group by
    parts.chain_key,
    parts.goal_code,
    parts.level,
    items.code,
    parts.month_date,
    parts.left_out_group
