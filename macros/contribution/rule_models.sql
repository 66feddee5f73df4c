{#- The rule models, each with the expressions of a step's credit in units and of its cents in int_conversion_credits. -#}
{%- macro rule_models() -%}
    {%- set models = [] -%}
    {%- for model, condition in [('first', 'is_first'), ('last', 'is_last'), ('last_non_direct', 'is_last_non_direct')] -%}
        {%- do models.append({
            'code': model,
            'units': 'case when ' ~ condition ~ ' then ' ~ credit_units() ~ ' else 0 end',
            'cents': 'case when ' ~ condition ~ ' then cents else 0 end',
        }) -%}
    {%- endfor -%}
    {%- for model in ['linear', 'position_based', 'w_shaped', 'time_decay'] -%}
        {%- do models.append({'code': model, 'units': model ~ '_units', 'cents': model ~ '_cents'}) -%}
    {%- endfor -%}
    {{ return(models) }}
{%- endmacro -%}
