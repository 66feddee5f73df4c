{#- Three columns: promoters less detractors as a share of the answers, as it may be published, and both ends of its
    multinomial 95 % interval. -#}
{%- macro published_nps(name, promoters, detractors, answers) -%}
    {%- set n = 'nullif(cast(' ~ answers ~ ' as ' ~ double_type() ~ '), 0)' -%}
    {%- set difference = '((' ~ promoters ~ ' - ' ~ detractors ~ ') / ' ~ n ~ ')' -%}
    {%- set margin -%}
    {{ normal_95() }} * sqrt(
        greatest(0, ({{ promoters }} + {{ detractors }}) / {{ n }} - {{ difference }} * {{ difference }}) / {{ n }}
    )
    {%- endset -%}
    {{ published(difference, answers) }} as {{ name }},
    {{ published('greatest(-1, ' ~ difference ~ ' - ' ~ margin ~ ')', answers) }} as {{ name }}_low,
    {{ published('least(1, ' ~ difference ~ ' + ' ~ margin ~ ')', answers) }} as {{ name }}_high
{%- endmacro -%}
