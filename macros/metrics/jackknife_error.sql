{#- The standard error of an estimate by a delete-a-group jackknife: from the sum, and the sum of squares, of how far it moves
    with each group left out in turn. Null for a single group. -#}
{%- macro jackknife_error(moves, squared_moves, groups) -%}
    case
        when {{ groups }} > 1
            then sqrt(
                cast({{ groups }} - 1 as {{ double_type() }}) / {{ groups }}
                * greatest(0, ({{ squared_moves }}) - ({{ moves }}) * ({{ moves }}) / {{ groups }})
            )
    end
{%- endmacro -%}
