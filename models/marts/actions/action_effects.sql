{#- the four cells as readers know them -#}
{%- set names = {
    'before': 'treated_before',
    'after': 'treated_after',
    'control_before': 'control_before',
    'control_after': 'control_after',
} -%}
with actions as (
    select * from {{ ref('int_effect_actions') }}
),

judged as (
    select * from {{ ref('int_effect_actions_judged') }}
),

estimates as (
    select * from {{ ref('int_effect_estimates') }}
    where split_number = 0
),

trends as (
    select * from {{ ref('int_effect_trends') }}
),

placebos as (
    select * from {{ ref('int_effect_placebos') }}
),

measured as (
    select
        actions.*,
        judged.is_immature,
        judged.reason_code,
        judged.reason_code is null as is_measurable,
        {%- for name, cell in names.items() %}
        {{ published_rate(
            'estimates.' ~ cell ~ '_numerator', 'estimates.' ~ cell ~ '_denominator'
        ) }} as {{ name }},
        {#- without a control there is nobody in it, rather than nothing #}
        {%- for column in ['numerator', 'denominator', 'persons'] %}
        {%- set value = 'estimates.' ~ cell ~ '_' ~ column %}
        {%- if name.startswith('control') %}
        case when actions.control_segment is not null then {{ value }} end
        {%- else %}
        {{ value }}
        {%- endif %} as {{ name }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        coalesce(
            case
                when actions.control_segment is null then estimates.is_change_enough
                else estimates.is_enough
            end, false
        ) as is_enough,
        estimates.person_count,
        estimates.treated_change,
        estimates.treated_change_low,
        estimates.treated_change_high,
        estimates.effect,
        estimates.effect_low,
        estimates.effect_high,
        estimates.effect_error,
        estimates.relative_effect,
        estimates.relative_low,
        estimates.relative_high,
        trends.slope_difference,
        trends.slope_p,
        coalesce(placebos.placebo_count, 0) as placebo_count,
        placebos.placebo_hit_count,
        placebos.largest_placebo
    from actions
    inner join judged on actions.action_key = judged.action_key
    left join estimates on actions.action_key = estimates.action_key
    left join trends on actions.action_key = trends.action_key
    left join placebos on actions.action_key = placebos.action_key
)

select
    action_id,
    metric_code,
    action_name,
    touchpoint_code,
    segment_dimension,
    treated_segment,
    control_segment,
    start_date,
    end_date,
    washout_days,
    outcome_days,
    before_start_date,
    after_start_date,
    case when is_measurable and not is_immature then after_end_date end
        as after_end_date,
    mature_from_date,
    is_measurable,
    reason_code,
    case
        when not is_measurable then null
        when is_immature then 'immature'
        when control_segment is null then 'before/after only'
        when effect_low > 0 and is_higher_better then 'improved'
        when effect_high < 0 and not is_higher_better then 'improved'
        when effect_low > 0 or effect_high < 0 then 'worsened'
        when effect_low >= -no_effect_margin and effect_high <= no_effect_margin
            then 'no effect'
        else 'inconclusive'
    end as verdict,
    {%- for name in names %}
    {{ name }},
    {{ name }}_numerator,
    {{ name }}_denominator,
    cast({{ name }}_persons as bigint) as {{ name }}_user_count,
    {%- endfor %}
    treated_change,
    treated_change_low,
    treated_change_high,
    effect as effect_absolute,
    effect_low as low,
    effect_high as high,
    relative_effect as effect_relative,
    relative_low as effect_relative_low,
    relative_high as effect_relative_high,
    is_higher_better,
    cast(no_effect_margin as {{ double_type() }}) as no_effect_margin,
    case
        when effect is not null
            then
                {{ people_needed('person_count', 'effect_error', 'no_effect_margin') }}
    end as people_needed,
    30 * slope_difference as pre_trend_per_30_days,
    slope_p as pre_trend_p,
    slope_p < {{ var('pre_trend_max_p') }} as has_pre_trend,
    placebo_count,
    {{ ratio('placebo_hit_count', 'placebo_count') }} as placebo_share,
    largest_placebo,
    is_measurable and not is_immature and not is_enough as is_suppressed
from measured
