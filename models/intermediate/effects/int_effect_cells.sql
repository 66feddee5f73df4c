with persons as (
    select * from {{ ref('int_effect_persons') }}
),

summed as (
    select
        action_key,
        split_number,
        {%- for cell in effect_cells() %}
        count({{ cell }}_denominator) as {{ cell }}_persons,
        coalesce(sum({{ cell }}_numerator), 0) as {{ cell }}_numerator,
        coalesce(sum({{ cell }}_denominator), 0) as {{ cell }}_denominator,
        {%- endfor %}
        count(*) as person_count
    from persons
    group by action_key, split_number
)

select
    *,
    {%- for cell in effect_cells() %}
    {{ ratio(cell ~ '_numerator', cell ~ '_denominator') }} as {{ cell }},
    {%- endfor %}
    {%- for cell in effect_cells() %}
    -- few persons vary less around their own mean than around the true one
    sqrt({{ ratio(cell ~ '_persons', '(' ~ cell ~ '_persons - 1)') }})
        as {{ cell }}_scale,
    {%- endfor %}
    least(
        {%- for cell in effect_cells() %}
        {{ cell }}_persons{{ ',' if not loop.last }}
        {%- endfor %}
    ) as fewest_persons
from summed
