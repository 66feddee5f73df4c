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

games as (
    select
        whole.chain_key,
        whole.set_key,
        subsets.subset_key,
        part.conversion_rate as subset_rate,
        subsets.subset_code_count,
        subsets.code_count - subsets.subset_code_count as missing_code_count,
        -- the share of the orders of the set in which just the subset's codes come up to one
        exp(
            below.log_factorial + beside.log_factorial - all_codes.log_factorial
        ) as weight
    from rates as whole
    inner join subsets on whole.set_key = subsets.set_key
    inner join rates as part
        on
            whole.chain_key = part.chain_key
            and subsets.subset_key = part.set_key
    inner join factorials as below on subsets.subset_code_count - 1 = below.number
    inner join factorials as beside
        on subsets.code_count - subsets.subset_code_count = beside.number
    inner join factorials as all_codes on subsets.code_count = all_codes.number
),

-- and the share in which they come just before one
weighed as (
    select
        *,
        case
            when missing_code_count > 0
                then weight * subset_code_count / missing_code_count
            else 0
        end as weight_without
    from games
),

without_code as (
    select
        chain_key,
        set_key,
        sum(weight_without * subset_rate) as rate
    from weighed
    group by chain_key, set_key
),

with_code as (
    select
        weighed.chain_key,
        weighed.set_key,
        items.code,
        sum((weighed.weight + weighed.weight_without) * weighed.subset_rate) as rate
    from weighed
    inner join items on weighed.subset_key = items.set_key
    group by weighed.chain_key, weighed.set_key, items.code
),

parts as (
    select
        rates.*,
        with_code.code,
        (with_code.rate - without_code.rate) / rates.conversion_rate as part
    from rates
    inner join without_code
        on
            rates.chain_key = without_code.chain_key
            and rates.set_key = without_code.set_key
    inner join with_code
        on
            rates.chain_key = with_code.chain_key
            and rates.set_key = with_code.set_key
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
    parts.code,
    'shapley_path' as model_code,
    parts.month_date,
    parts.left_out_group,
    min(totals.total_conversions) as total_conversions,
    min(totals.total_value) as total_value,
    sum(parts.converted_count * parts.part) as conversions,
    sum(cast(parts.value as {{ double_type() }}) * parts.part) as value
from parts
inner join totals on parts.chain_key = totals.chain_key
group by
    parts.chain_key,
    parts.goal_code,
    parts.level,
    parts.code,
    parts.month_date,
    parts.left_out_group
