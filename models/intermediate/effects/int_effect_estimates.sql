{%- set arms = {'effect': effect_cells(), 'change': effect_cells()[:2]} -%}
with actions as (
    select * from {{ ref('int_effect_actions') }}
),

cells as (
    select * from {{ ref('int_effect_cells') }}
),

errors as (
    select * from {{ ref('int_effect_errors') }}
),

-- a share that is near 0 or 1 by chance looks surer than it is: at least the variance of
-- one in which two more had said yes, and two more no
floored as (
    select
        cells.*,
        errors.effect_variance,
        errors.change_variance,
        errors.log_variance,
        {%- for cell in effect_cells() %}
        errors.{{ cell }}_variance,
        greatest(
            case
                when actions.is_share
                    then
                        (cells.{{ cell }}_numerator + 2)
                        * (
                            cells.{{ cell }}_denominator
                            - cells.{{ cell }}_numerator + 2
                        )
                        / power(cells.{{ cell }}_denominator + 4, 3)
                        - errors.{{ cell }}_variance
                else 0
            end,
            0
        ) as {{ cell }}_extra,
        {%- endfor %}
        cells.treated_before + cells.control_after - cells.control_before as expected,
        cells.fewest_persons >= {{ var('min_sample') }} as is_enough,
        least(cells.treated_before_persons, cells.treated_after_persons)
        >= {{ var('min_sample') }} as is_change_enough
    from cells
    inner join actions on cells.action_key = actions.action_key
    inner join errors
        on
            cells.action_key = errors.action_key
            and cells.split_number = errors.split_number
),

-- degrees of freedom after Satterthwaite: those of the cells, weighed by their variance
spread as (
    select
        *,
        {%- for name, cells in arms.items() %}
        {{ name }}_variance
        {%- for cell in cells %}
        + {{ cell }}_extra
        {%- endfor %} as {{ name }}_spread,
        power(
            {%- for cell in cells %}
            {{ '+ ' if not loop.first }}{{ cell }}_variance + {{ cell }}_extra
            {%- endfor %},
            2
        ) / nullif(
            {%- for cell in cells %}
            {{ '+ ' if not loop.first }}power({{ cell }}_variance + {{ cell }}_extra, 2)
            / nullif({{ cell }}_persons - 1, 0)
            {%- endfor %},
            0
        ) as {{ name }}_degrees,
        {%- endfor %}
        log_variance
        + treated_after_extra / nullif(treated_after * treated_after, 0)
        + (treated_before_extra + control_before_extra + control_after_extra)
        / nullif(expected * expected, 0) as log_spread
    from floored
),

measured as (
    select
        *,
        case
            when is_enough and effect_spread > 0 then treated_after - expected
        end as effect,
        {{ student_95('effect_degrees') }}
        * sqrt(effect_spread) as effect_margin,
        case
            when
                is_enough and effect_spread > 0
                and treated_after > 0 and expected > 0
                then ln(treated_after / expected)
        end as log_effect,
        {{ student_95('effect_degrees') }}
        * sqrt(log_spread) as log_margin,
        case
            when is_change_enough and change_spread > 0
                then treated_after - treated_before
        end as treated_change,
        {{ student_95('change_degrees') }}
        * sqrt(change_spread) as change_margin
    from spread
),

-- of next to nothing that was to be expected, any effect is many times as much
told as (
    select
        *,
        coalesce(log_margin <= ln({{ var('max_relative_factor') }}), false)
        and log_effect is not null as is_relative
    from measured
)

select
    action_key,
    split_number,
    person_count,
    {%- for cell in effect_cells() %}
    {{ cell }}_persons,
    {{ cell }}_numerator,
    {{ cell }}_denominator,
    {%- endfor %}
    coalesce(is_enough and effect_spread > 0, false) as is_enough,
    coalesce(is_change_enough and change_spread > 0, false) as is_change_enough,
    treated_change,
    treated_change - change_margin as treated_change_low,
    treated_change + change_margin as treated_change_high,
    effect,
    effect - effect_margin as effect_low,
    effect + effect_margin as effect_high,
    sqrt(effect_spread) as effect_error,
    case when is_relative then effect / expected end as relative_effect,
    case when is_relative then exp(log_effect - log_margin) - 1 end as relative_low,
    case when is_relative then exp(log_effect + log_margin) - 1 end as relative_high
from told
