-- sums of decimals, so that they do not depend on the order of their parts
{%- set exact = 'cast(sum(cast({} as decimal(28, 9))) as ' ~ double_type() ~ ')' %}
select
    series_key,
    day_number,
    {{ exact.format('numerator') }} as numerator,
    {{ exact.format('denominator') }} as denominator,
    {{ exact.format('square_sum') }} as square_sum,
    {{ quantile('observed', 0.5) }} as expected,
    {{ quantile('level', 0.5) }} as middle_level
from {{ ref('int_alert_pairs') }}
group by series_key, day_number
having count(*) = {{ var('alert_baseline_weeks') }}
