{#- The rows of the seed retention_periods, checked: a wrong one stops the build with the accepted values. -#}
{%- macro checked_retention_periods() -%}
    {%- set rows = definition_rows(ref('retention_periods'), ['landed_table', 'days', 'removes'], '1 = 1') -%}
    {%- set accepted = {} -%}
    {#- parsing and unit tests have no contracts -#}
    {%- for system, table in landed_tables() if rows and system != 'privacy' -%}
        {%- do accepted.update({system ~ '.' ~ table: kept_texts(system, table)}) -%}
    {%- endfor -%}
    {%- for row in rows -%}
        {%- set said = 'retention_periods: ' ~ row[0] ~ ', ' ~ row[1] ~ ', ' ~ row[2] ~ ': ' -%}
        {%- if row[0] not in accepted -%}
            {{ exceptions.raise_compiler_error(said ~ 'accepted values of landed_table are ' ~ accepted.keys() | join(', ')
                ~ ' (consents and requests are the proof of what was asked for, and kept)') }}
        {%- endif -%}
        {%- if row[1] is none or row[1] < 1 -%}
            {{ exceptions.raise_compiler_error(said ~ 'days is a whole number from 1 on') }}
        {%- endif -%}
        {%- if row[2] not in ['record', 'text'] -%}
            {{ exceptions.raise_compiler_error(said ~ 'accepted values of removes are record, text') }}
        {%- endif -%}
        {%- if row[2] == 'text' and not accepted[row[0]] -%}
            {{ exceptions.raise_compiler_error(said ~ 'the table has no text; remove its records, or nothing') }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro -%}
