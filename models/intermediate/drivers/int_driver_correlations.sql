-- with nobody (-1) and each group left out; satisfied is held against dissatisfied
with moments as (
    select * from {{ ref('int_driver_moments') }}
),

totals as (
    select
        outcome_code,
        row_variable,
        column_variable,
        sum(moment) as moment
    from moments
    group by outcome_code, row_variable, column_variable
),

replicates as (
    select * from {{ ref('int_driver_replicates') }}
),

remaining as (
    select
        replicates.outcome_code,
        replicates.left_out_group,
        totals.row_variable,
        totals.column_variable,
        cast(totals.moment - coalesce(moments.moment, 0) as {{ double_type() }})
            as moment
    from replicates
    inner join totals on replicates.outcome_code = totals.outcome_code
    left join moments
        on
            replicates.outcome_code = moments.outcome_code
            and replicates.left_out_group = moments.person_group
            and totals.row_variable = moments.row_variable
            and totals.column_variable = moments.column_variable
),

sums as (
    select
        measures.outcome_code,
        measures.left_out_group,
        measures.row_variable as variable_number,
        measures.moment as total,
        answered.moment as answered_total,
        persons.moment as person_count
    from remaining as measures
    inner join remaining as persons
        on
            measures.outcome_code = persons.outcome_code
            and measures.left_out_group = persons.left_out_group
            and persons.row_variable = 0
            and persons.column_variable = 0
    left join remaining as answered
        on
            measures.outcome_code = answered.outcome_code
            and measures.left_out_group = answered.left_out_group
            and measures.row_variable - 10 = answered.row_variable
            and answered.column_variable = 0
    where
        measures.column_variable = 0
        and measures.row_variable > 0
        and persons.moment > 0
),

-- each variable_number less its mean, satisfied less the share of those who are
loadings as (
    select
        outcome_code,
        left_out_group,
        variable_number,
        variable_number as source_variable,
        cast(1 as {{ double_type() }}) as weight
    from sums
    union all
    select
        outcome_code,
        left_out_group,
        variable_number,
        0 as source_variable,
        -total / person_count as weight
    from sums
    where variable_number not between 11 and 18
    union all
    select
        outcome_code,
        left_out_group,
        variable_number,
        variable_number - 10 as source_variable,
        -total / answered_total as weight
    from sums
    where variable_number between 11 and 18 and answered_total > 0
),

products as (
    select
        ones.outcome_code,
        ones.left_out_group,
        ones.variable_number as row_variable,
        partners.variable_number as column_variable,
        sum(ones.weight * partners.weight * coalesce(remaining.moment, 0)) as product
    from loadings as ones
    inner join loadings as partners
        on
            ones.outcome_code = partners.outcome_code
            and ones.left_out_group = partners.left_out_group
    left join remaining
        on
            ones.outcome_code = remaining.outcome_code
            and ones.left_out_group = remaining.left_out_group
            and ones.source_variable = remaining.row_variable
            and partners.source_variable = remaining.column_variable
    group by
        ones.outcome_code,
        ones.left_out_group,
        ones.variable_number,
        partners.variable_number
),

spreads as (
    select
        outcome_code,
        left_out_group,
        row_variable as variable_number,
        -- what does not vary explains nothing
        case when product > 1e-9 then product end as spread
    from products
    where row_variable = column_variable
)

select
    products.outcome_code,
    products.left_out_group,
    products.row_variable,
    products.column_variable,
    coalesce(
        products.product / sqrt(ones.spread * partners.spread),
        -- of an outcome (99) that does not vary nothing is explained
        case products.row_variable + products.column_variable when 198 then 1 else 0 end
    ) as coefficient
from products
inner join spreads as ones
    on
        products.outcome_code = ones.outcome_code
        and products.left_out_group = ones.left_out_group
        and products.row_variable = ones.variable_number
inner join spreads as partners
    on
        products.outcome_code = partners.outcome_code
        and products.left_out_group = partners.left_out_group
        and products.column_variable = partners.variable_number
