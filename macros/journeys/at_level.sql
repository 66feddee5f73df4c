{#- What a row has at the level that the expression `level` says: of `steps.%s_code` steps.channel_code, and so on. Rows of every
    level are read at once by it, where a union would read them once for each. -#}
{%- macro at_level(level, column) -%}
    case {{ level }}
        {%- for known in journey_levels() %}
        when '{{ known }}' then {{ column | replace('%s', known) }}
        {%- endfor %}
    end
{%- endmacro -%}
