{#- How far each person moves an effect, squared and summed: the sandwich estimator, a person being a cluster, whichever cells
    the person stands in. -#}
{%- set cells = effect_cells() -%}
with persons as (
    select * from {{ ref('int_effect_persons') }}
),

cells as (
    select
        *,
        treated_before + control_after - control_before as expected
    from {{ ref('int_effect_cells') }}
),

moves as (
    select
        persons.action_key,
        persons.split_number,
        {%- for cell in cells %}
        coalesce(
            (
                persons.{{ cell }}_numerator
                - cells.{{ cell }} * persons.{{ cell }}_denominator
            ) * cells.{{ cell }}_scale / nullif(cells.{{ cell }}_denominator, 0),
            0
        ) as {{ cell }}_move,
        {%- endfor %}
        cells.treated_after,
        cells.expected
    from persons
    inner join cells
        on
            persons.action_key = cells.action_key
            and persons.split_number = cells.split_number
),

summed_moves as (
    select
        *,
        treated_before_move + control_after_move - control_before_move as expected_move
    from moves
)

select
    action_key,
    split_number,
    {%- for cell in cells %}
    sum({{ cell }}_move * {{ cell }}_move) as {{ cell }}_variance,
    {%- endfor %}
    sum(
        (treated_after_move - treated_before_move)
        * (treated_after_move - treated_before_move)
    ) as change_variance,
    sum((treated_after_move - expected_move) * (treated_after_move - expected_move))
        as effect_variance,
    -- of the logarithm of what was reached over what was to be expected
    sum(case
        when treated_after > 0 and expected > 0
            then
                (treated_after_move / treated_after - expected_move / expected)
                * (treated_after_move / treated_after - expected_move / expected)
    end) as log_variance
from summed_moves
group by action_key, split_number
