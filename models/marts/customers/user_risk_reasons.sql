with reasons as (
    select * from {{ ref('int_person_risk_reasons') }}
),

rules as (
    select * from {{ ref('risk_rules') }}
    where {{ of_this_industry() }}
)

select
    {{ key_as_id('reasons.user_key') }} as user_id,
    reasons.risk_code,
    reasons.reason_code,
    rules.reason,
    rules.reason_zh,
    reasons.measure_code,
    cast(reasons.measure as {{ double_type() }}) as measure,
    reasons.points
from reasons
inner join rules
    on
        reasons.risk_code = rules.risk_code
        and reasons.reason_code = rules.reason_code
