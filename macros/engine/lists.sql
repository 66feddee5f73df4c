{#- Type of a list of texts. -#}
{%- macro text_list_type() -%}
    {{ return(adapter.dispatch('text_list_type')()) }}
{%- endmacro -%}

{%- macro duckdb__text_list_type() -%}
    varchar[]
{%- endmacro -%}

{%- macro postgres__text_list_type() -%}
    text[]
{%- endmacro -%}

{%- macro spark__text_list_type() -%}
    array<string>
{%- endmacro -%}

{#- Aggregate: the values (none of them null) of the rows that meet a condition, as a list in the order of a number that no
    two of them share. Where no row meets it, null. -#}
{%- macro ordered_list(value, number, condition) -%}
    {{ return(adapter.dispatch('ordered_list')(value, number, condition)) }}
{%- endmacro -%}

{%- macro default__ordered_list(value, number, condition) -%}
    array_agg({{ value }} order by {{ number }}) filter (where {{ condition }})
{%- endmacro -%}

{%- macro spark__ordered_list(value, number, condition) -%}
    case
        when count_if({{ condition }}) > 0
            then transform(
                array_sort(
                    collect_list(struct({{ number }} as number, {{ value }} as value)) filter (where {{ condition }})
                ),
                item -> item.value
            )
    end
{%- endmacro -%}

{#- A list as JSON without blanks, the same text on every engine; null for no list. Quotes and backslashes are escaped, other
    letters stay. Engines write control characters differently but for tabs and line ends: codes have none. -#}
{%- macro json_of_list(list) -%}
    {{ return(adapter.dispatch('json_of_list')(list)) }}
{%- endmacro -%}

{%- macro duckdb__json_of_list(list) -%}
    cast(to_json({{ list }}) as varchar)
{%- endmacro -%}

{%- macro postgres__json_of_list(list) -%}
    cast(to_json({{ list }}) as text)
{%- endmacro -%}

{%- macro spark__json_of_list(list) -%}
    to_json({{ list }})
{%- endmacro -%}

{#- Query: the columns of a relation, once per item of a list in it, with item_number (from 1) and item; no row where there is
    no list. -#}
{%- macro items_of_list(relation, columns, list) -%}
    {{ return(adapter.dispatch('items_of_list')(relation, columns, list)) }}
{%- endmacro -%}

{%- macro duckdb__items_of_list(relation, columns, list) -%}
    select
        {{ columns | join(', ') }},
        unnest(range(1, len({{ list }}) + 1)) as item_number,
        unnest({{ list }}) as item
    from {{ relation }}
{%- endmacro -%}

{%- macro postgres__items_of_list(relation, columns, list) -%}
    select {{ columns | join(', ') }}, items.item_number, items.item
    from {{ relation }}, unnest({{ list }}) with ordinality as items (item, item_number)
{%- endmacro -%}

{%- macro spark__items_of_list(relation, columns, list) -%}
    select {{ columns | join(', ') }}, cast(items.position + 1 as bigint) as item_number, items.item
    from {{ relation }} lateral view posexplode({{ list }}) items as position, item
{%- endmacro -%}

{#- dbt's own, by which unit tests write their rows: a list there is a YAML list, whatever the engine calls the type. -#}
{%- macro postgres__safe_cast(field, type) -%}
    {%- if 'array' in type | lower or type.endswith('[]') -%}
    cast({{ field if field is string else 'array[' ~ quoted(field) ~ ']' }} as {{ text_list_type() }})
    {%- else -%}
    cast({{ field }} as {{ type }})
    {%- endif -%}
{%- endmacro -%}

{%- macro spark__safe_cast(field, type) -%}
    {%- if type | lower is eq('array<string>') and field is not string -%}
    array({{ quoted(field) }})
    {%- else -%}
    cast({{ field }} as {{ type }})
    {%- endif -%}
{%- endmacro -%}
