with units as (
    select * from {{ ref('int_effect_units') }}
),

splits as (
    select * from {{ ref('int_effect_splits') }}
),

placed as (
    select
        splits.action_key,
        splits.split_number,
        units.unit_key,
        case
            when units.day_offset < splits.cut_offset then units.arm || '_before'
            else units.arm || '_after'
        end as cell,
        units.numerator,
        units.denominator
    from units
    inner join splits on units.action_key = splits.action_key
    where
        (
            units.day_offset < splits.cut_offset
            or units.day_offset >= splits.after_offset
        )
        and units.day_offset < coalesce(splits.end_offset, units.day_offset + 1)
)

select
    action_key,
    split_number,
    {%- for cell in effect_cells() %}
    sum(case when cell = '{{ cell }}' then numerator end) as {{ cell }}_numerator,
    sum(case when cell = '{{ cell }}' then denominator end) as {{ cell }}_denominator,
    {%- endfor %}
    unit_key
from placed
group by action_key, split_number, unit_key
