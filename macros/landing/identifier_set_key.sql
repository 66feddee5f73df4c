{#- Key of the set of identifiers that a record carries: records with the same identifiers share it, so that identity
    is worked out once per set, not once per record. Null where the record carries none. -#}
{%- macro identifier_set_key(system, table) -%}
    {%- for entry in identified_tables() if entry[0] == system and entry[1] == table -%}
        {%- set is_scoped = 'buyer_id' in entry[3] or 'platform_user_id' in entry[3] -%}
        case
            when coalesce({{ entry[3] | join(', ') }}) is not null
                then {{ row_hash(["'" ~ system ~ '.' ~ table ~ "'"] + (['lower(platform)'] if is_scoped else []) + entry[3]) }}
        end
    {%- endfor -%}
{%- endmacro -%}
