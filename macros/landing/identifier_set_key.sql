{#- Key of the set of identifiers that a record carries: records with the same identifiers share it, so that identity
    is worked out once per set, not once per record. Null where the record carries none. `after_erasure`: of those that
    have not been erased. -#}
{%- macro identifier_set_key(system, table, after_erasure=false) -%}
    {%- for entry in identified_tables() if entry[0] == system and entry[1] == table -%}
        {%- set is_scoped = 'buyer_id' in entry[3] or 'platform_user_id' in entry[3] -%}
        {%- set values = [] -%}
        {%- for column in entry[3] -%}{%- do values.append(unerased(column) if after_erasure else column) -%}{%- endfor -%}
        case
            when coalesce({{ values | join(', ') }}) is not null
                then {{ row_hash(["'" ~ system ~ '.' ~ table ~ "'"] + (['lower(platform)'] if is_scoped else []) + values) }}
        end
    {%- endfor -%}
{%- endmacro -%}
