{#- Weight of a step in the model time_decay: halves with every half-life between the step and the newest one, which weighs 10^12: its
    distance to the conversion would only scale them all. A whole number (round() would take a half to the even one on
    PostgreSQL), as a double: Spark's floor() gives a bigint, and 10^12 times such a weight is too large for one. -#}
{%- macro time_decay_weight(occurred_at, newest_at) -%}
    cast(floor(
        0.5 + 1000000000000 * power(
            cast(0.5 as {{ double_type() }}),
            {{ seconds_between(occurred_at, newest_at) }} / ({{ var('time_decay_half_life_days') }} * 86400)
        )
    ) as {{ double_type() }})
{%- endmacro -%}
