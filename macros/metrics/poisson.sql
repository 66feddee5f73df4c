{#- Ends of the 95 % score interval of a rate: a count over what it is held against. `spread` is how many times as much the
    count varies as one of independent events (at least 1): the interval is that of so many fewer. Null for no exposure. -#}
{%- macro poisson_low(count, exposure, spread='1') -%}
    case
        when {{ count }} = 0 and {{ exposure }} > 0 then 0.0
        else {{ poisson_end(count, exposure, spread, '-') }}
    end
{%- endmacro -%}

{%- macro poisson_high(count, exposure, spread='1') -%}
    {{ poisson_end(count, exposure, spread, '+') }}
{%- endmacro -%}

{#- One end by the formula. -#}
{%- macro poisson_end(count, exposure, spread, sign) -%}
    {%- set z = normal_95() -%}
    {%- set events = '(cast(' ~ count ~ ' as ' ~ double_type() ~ ') / ' ~ spread ~ ')' -%}
    (
        ({{ events }} + {{ z }} * {{ z }} / 2 {{ sign }} {{ z }} * sqrt({{ events }} + {{ z }} * {{ z }} / 4))
        * {{ spread }} / nullif({{ exposure }}, 0)
    )
{%- endmacro -%}
