{#- Campaign of a touch; without one, or where it bears the name of one of the project's own nodes and rows, `(no campaign)`:
    anybody can write a link with such a name, and its rows would be taken for the project's. -#}
{%- macro campaign_code(campaign) -%}
    case
        when {{ campaign }} not in ('(unattributed)', '(start)', '(converted)', '(exit)')
            then {{ campaign }}
        else '(no campaign)'
    end
{%- endmacro -%}
