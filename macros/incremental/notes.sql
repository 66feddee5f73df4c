{#- What runs leave for the next one in a table of `staging` (note_id, note), as a dictionary; empty where no run has left anything. -#}
{%- macro read_notes(name) -%}
    {%- set found = {} -%}
    {%- set notes = load_relation(api.Relation.create(
        database=none if target.type == 'spark' else target.database, schema='staging', identifier=name
    )) -%}
    {%- if notes -%}
        {%- for row in run_query('select * from ' ~ notes).rows -%}
            {%- do found.update({row[0]: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro -%}

{#- Statements that leave these notes in the place of former ones. -#}
{%- macro write_notes(name, notes) -%}
    {#- names the columns, also where no note is left: a run may forget all that there are -#}
    {%- set selects = ["select '' as note_id, '' as note where 1 = 0"] -%}
    {%- for id, note in notes.items() -%}
        {%- do selects.append("select '" ~ id ~ "', '" ~ note | replace("'", "''") ~ "'") -%}
    {%- endfor -%}
    {{ return(replace_table('staging.' ~ name, selects | join(' union all '))) }}
{%- endmacro -%}
