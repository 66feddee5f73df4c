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
    two of them share. An empty list is null. -#}
{%- macro list_in_order(value, number, condition) -%}
    {{ return(adapter.dispatch('list_in_order')(value, number, condition)) }}
{%- endmacro -%}

{%- macro default__list_in_order(value, number, condition) -%}
    array_agg({{ value }} order by {{ number }}) filter (where {{ condition }})
{%- endmacro -%}

{%- macro spark__list_in_order(value, number, condition) -%}
    transform(
        array_sort(collect_list(struct({{ number }} as number, {{ value }} as value)) filter (where {{ condition }})),
        item -> item.value
    )
{%- endmacro -%}

{#- A list as JSON, the same text on every engine. -#}
{%- macro list_as_json(list) -%}
    {{ return(adapter.dispatch('list_as_json')(list)) }}
{%- endmacro -%}

{%- macro duckdb__list_as_json(list) -%}
    cast(to_json({{ list }}) as varchar)
{%- endmacro -%}

{%- macro postgres__list_as_json(list) -%}
    cast(to_json({{ list }}) as text)
{%- endmacro -%}

{%- macro spark__list_as_json(list) -%}
    to_json({{ list }})
{%- endmacro -%}

{#- Query: the columns of a relation, once per item of a list in it, with item_number (from 1) and item. -#}
{%- macro list_items(relation, columns, list) -%}
    {{ return(adapter.dispatch('list_items')(relation, columns, list)) }}
{%- endmacro -%}

{%- macro duckdb__list_items(relation, columns, list) -%}
    select
        {{ columns | join(', ') }},
        unnest(range(1, len({{ list }}) + 1)) as item_number,
        unnest({{ list }}) as item
    from {{ relation }}
{%- endmacro -%}

{%- macro postgres__list_items(relation, columns, list) -%}
    select {{ columns | join(', ') }}, items.item_number, items.item
    from {{ relation }}, unnest({{ list }}) with ordinality as items (item, item_number)
{%- endmacro -%}

{%- macro spark__list_items(relation, columns, list) -%}
    select {{ columns | join(', ') }}, cast(items.position + 1 as bigint) as item_number, items.item
    from {{ relation }} lateral view posexplode({{ list }}) items as position, item
{%- endmacro -%}

{#- The distinct items of a list, sorted by bytes. -#}
{%- macro list_as_set(list) -%}
    {{ return(adapter.dispatch('list_as_set')(list)) }}
{%- endmacro -%}

{%- macro duckdb__list_as_set(list) -%}
    list_sort(list_distinct({{ list }}))
{%- endmacro -%}

{%- macro postgres__list_as_set(list) -%}
    array(select distinct items.item collate "C" from unnest({{ list }}) as items (item) order by items.item collate "C")
{%- endmacro -%}

{%- macro spark__list_as_set(list) -%}
    array_sort(array_distinct({{ list }}))
{%- endmacro -%}
