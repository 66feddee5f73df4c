{%- set risks = ['churn', 'dissatisfaction'] -%}
with reasons as (
    select
        *,
        row_number() over (
            partition by user_key, risk_code
            order by points desc, reason_code asc
        ) as reason_number
    from {{ ref('int_person_risk_reasons') }}
)

select
    {%- for risk in risks %}
    cast(least(100, coalesce(sum(
        case when risk_code = '{{ risk }}' then points end
    ), 0)) as {{ double_type() }}) / 100 as {{ risk }}_risk,
    {{ ordered_list(
        'reason_code', 'reason_number', "risk_code = '" ~ risk ~ "'"
    ) }} as {{ risk }}_reasons,
    {%- endfor %}
    user_key
from reasons
group by user_key
