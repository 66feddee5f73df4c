{#- Pre-hook: leaves the working table driver_fits: of every set of players (subset_number: the sum of their bits, 1 to 128 the
    touchpoints, 256 whether they were answered at all) the share of the outcome that a linear model on them leaves
    unexplained (coefficient of 99 with itself), from the correlations in `matrix` (variables 1–8: answered, together one
    player; 11–18: satisfied, one player each; 99: the outcome). Variables are taken in by Gaussian elimination, so that a
    set's matrix comes from that of the set without its last player: 8 doublings rather than 512 systems of equations. -#}
{%- macro sweep_drivers(matrix) -%}
{%- if execute -%}
    {%- set columns = 'outcome_code, left_out_group, {} as subset_number, {} as member_count, 0 as parameter_count,'
        ~ ' row_variable, column_variable, coefficient from ' ~ matrix -%}
    {%- do create_working_table('driver_fits',
        'select ' ~ columns.format('0', '0') ~ ' where row_variable > 10 and column_variable > 10'
        ~ ' union all select ' ~ columns.format('256', '1')) -%}
    {%- for variable in range(1, 9) -%}
        {%- do create_working_table('driver_fits', take_in(variable, 'left join', 0)) -%}
    {%- endfor -%}
    {%- for player in range(1, 9) -%}
        {%- set variable = player + 10 -%}
        {%- do create_working_table('driver_fits',
            'select * from driver_fits where row_variable <> ' ~ variable ~ ' and column_variable <> ' ~ variable
            ~ ' union all ' ~ take_in(variable, 'inner join', 2 ** (player - 1))) -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{#- Query of driver_fits with a variable taken into the sets that have it (`inner join`: only these, as further sets with the
    bit). What the others of the set say already (a pivot below 1e-9) adds nothing, and is no parameter. -#}
{%- macro take_in(variable, join, bit) -%}
    {%- set is_new = 'pivots.coefficient > 1e-9' -%}
    select
        rest.outcome_code,
        rest.left_out_group,
        rest.subset_number + {{ bit }} as subset_number,
        rest.member_count + {{ 1 if bit else 0 }} as member_count,
        rest.parameter_count + case when {{ is_new }} then 1 else 0 end as parameter_count,
        rest.row_variable,
        rest.column_variable,
        rest.coefficient
        - case when {{ is_new }} then ones.coefficient * others.coefficient / pivots.coefficient else 0 end as coefficient
    from driver_fits as rest
    {%- for alias, row_is, column_is in [
        ('pivots', variable, variable),
        ('ones', 'rest.row_variable', variable),
        ('others', variable, 'rest.column_variable'),
    ] %}
    {{ join }} driver_fits as {{ alias }}
        on
            rest.outcome_code = {{ alias }}.outcome_code
            and rest.left_out_group = {{ alias }}.left_out_group
            and rest.subset_number = {{ alias }}.subset_number
            and {{ alias }}.row_variable = {{ row_is }}
            and {{ alias }}.column_variable = {{ column_is }}
    {%- endfor %}
    where rest.row_variable <> {{ variable }} and rest.column_variable <> {{ variable }}
{%- endmacro -%}
