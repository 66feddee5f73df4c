{#- Units that make one conversion: credit is counted in whole units of 10^-12. -#}
{%- macro credit_units() -%}
    1000000000000
{%- endmacro -%}

{#- Whole number of times that a whole number goes into another; exact, where `/` is a double on some engines. -#}
{%- macro whole_quotient(dividend, divisor) -%}
    cast(({{ dividend }} - {{ dividend }} % {{ divisor }}) / {{ divisor }} as bigint)
{%- endmacro -%}

{#- A step's part of a whole number of units (or cents) that is split evenly: what does not divide goes, one each, to the
    lowest touchpoint keys. -#}
{%- macro even_part(total, step_count, key_rank) -%}
    {{ whole_quotient(total, step_count) }} + case when {{ key_rank }} <= {{ total }} % {{ step_count }} then 1 when {{ key_rank }} > 0 then 0 end
{%- endmacro -%}

{#- A step's whole units by a model: credit_units × weight ÷ sum of weights, without what is left over. Weights are whole
    numbers; those of time_decay are too large to be multiplied but as doubles, the others are split at a million. -#}
{%- macro whole_units(model) -%}
    {%- if model == 'time_decay' -%}
    cast(floor({{ credit_units() }} * {{ model }}_weight / {{ model }}_sum) as bigint)
    {%- else -%}
    {%- set weight = '(1000000 * ' ~ model ~ '_weight)' -%}
    {{ whole_quotient(weight, model ~ '_sum') }} * 1000000
    + {{ whole_quotient('(' ~ weight ~ ' % ' ~ model ~ '_sum * 1000000)', model ~ '_sum') }}
    {%- endif -%}
{%- endmacro -%}

{#- What is left over of a step's units, comparable among the steps of a conversion. -#}
{%- macro units_remainder(model) -%}
    {%- if model == 'time_decay' -%}
    {{ credit_units() }} * {{ model }}_weight / {{ model }}_sum - floor({{ credit_units() }} * {{ model }}_weight / {{ model }}_sum)
    {%- else -%}
    (1000000 * {{ model }}_weight) % {{ model }}_sum * 1000000 % {{ model }}_sum
    {%- endif -%}
{%- endmacro -%}

{#- A step's whole cents by a model. -#}
{%- macro whole_cents(model) -%}
    {%- if model == 'time_decay' -%}
    cast(floor(cents * {{ model }}_weight / {{ model }}_sum) as bigint)
    {%- else -%}
    {{ whole_quotient('(cents * ' ~ model ~ '_weight)', model ~ '_sum') }}
    {%- endif -%}
{%- endmacro -%}

{#- What is left over of a step's cents, comparable among the steps of a conversion. -#}
{%- macro cents_remainder(model) -%}
    {%- if model == 'time_decay' -%}
    cents * {{ model }}_weight / {{ model }}_sum - floor(cents * {{ model }}_weight / {{ model }}_sum)
    {%- else -%}
    (cents * {{ model }}_weight) % {{ model }}_sum
    {%- endif -%}
{%- endmacro -%}

{#- A step's part by a model with its share of what is left over: `divided`, `ranked` and `left_over` as int_conversion_credits
    has them; part: units or cents. -#}
{%- macro with_left_over(model, part) -%}
    cast(
        divided.{{ model }}_{{ part }} + case when ranked.{{ model }}_{{ part }}_rank <= left_over.{{ model }}_{{ part }} then 1 else 0 end
        as bigint
    )
{%- endmacro -%}

{#- Units as a share of conversions; multiplied, as a quotient of decimals is a double on its way. -#}
{%- macro units_as_credit(units) -%}
    {{ units }} * cast(0.000000000001 as decimal(13, 12))
{%- endmacro -%}
