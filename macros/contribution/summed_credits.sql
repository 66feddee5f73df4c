{#- Columns: of every rule model, the sums of its units and of its signed cents. -#}
{%- macro summed_credits() -%}
    {%- set columns = [] -%}
    {%- for model in rule_models() -%}
        {%- do columns.append('cast(sum(cast(' ~ model.units ~ ' as decimal(25, 0))) as decimal(25, 0)) as ' ~ model.code ~ '_units') -%}
        {%- do columns.append('cast(sum(value_sign * ' ~ model.cents ~ ') as decimal(18, 0)) as ' ~ model.code ~ '_cents') -%}
    {%- endfor -%}
    {{ columns | join(',\n') }}
{%- endmacro -%}

{#- Columns: sums of what summed_credits gave. -#}
{%- macro summed_again() -%}
    {%- set columns = [] -%}
    {%- for model in rule_models() -%}
        {%- do columns.append('cast(sum(' ~ model.code ~ '_units) as decimal(25, 0)) as ' ~ model.code ~ '_units') -%}
        {%- do columns.append('cast(sum(' ~ model.code ~ '_cents) as decimal(18, 0)) as ' ~ model.code ~ '_cents') -%}
    {%- endfor -%}
    {{ columns | join(',\n') }}
{%- endmacro -%}

{#- Columns: of a model's sums, conversions and value. -#}
{%- macro summed_contribution(model) -%}
    cast({{ units_as_credit(model ~ '_units') }} as decimal(28, 12)) as conversions,
    cast({{ model }}_cents * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as value
{%- endmacro -%}
