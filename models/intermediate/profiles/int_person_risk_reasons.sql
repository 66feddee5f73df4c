with measures as (
    select * from {{ ref('int_person_measures') }}
),

rules as (
    select * from {{ ref('risk_rules') }}
    where {{ of_this_industry() }}
)

select
    measures.user_key,
    rules.risk_code,
    rules.reason_code,
    measures.measure_code,
    measures.measure,
    rules.points
from measures
inner join rules
    on
        measures.measure_code = rules.measure_code
        and measures.measure >= rules.min_value
        and coalesce(measures.measure < rules.below_value, true)
