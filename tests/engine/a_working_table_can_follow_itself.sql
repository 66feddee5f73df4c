-- a working table is replaced by what is made of it
{%- set again = 'select number + 1 as number from engine_test' -%}
{%- if execute -%}
{%- do create_working_table('engine_test', 'select 1 as number') -%}
{%- do create_working_table('engine_test', again) -%}
{%- endif %}
select number from {{ 'engine_test' if execute else '(select 2 as number) as nothing' }}
where number <> 2
