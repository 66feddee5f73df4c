{#- One group of landed files that share their columns, typed by the contract: see `raw`. -#}
{%- macro typed_branch(contract, branch) -%}
    {#- a text, or a yes/no of its own type, is taken as it is: everything else may say what cannot be meant -#}
    {%- set checked = [] %}
    {%- set bounded = [] %}
    {%- for column, kind in contract.columns.items() if column in branch.types %}
        {%- set type = branch.types[column] %}
        {%- if not (kind == 'text' and type != 'bytes' or kind == 'boolean' and type == 'boolean') %}
            {%- do checked.append(column) %}
        {%- endif %}
        {%- if kind in ['timestamp', 'date'] and column not in contract.need %}{%- do bounded.append(column) %}{%- endif %}
    {%- endfor -%}
    select
        source_file_key,
        source_row,
        {%- for column, kind in contract.columns.items() %}
        {{ possible_time(column, kind, is_needed=false) ~ ' as ' ~ column if column in bounded else column }},
        {%- endfor %}
        {% for column in checked -%}
        case when {{ column }}_landed is null or {{
            is_possible_time(column, contract.columns[column], is_needed=false) if column in bounded else column ~ ' is not null'
        }} then '' else '{{ column }},' end
        {%- if not loop.last %} || {% endif %}
        {% else -%}
        ''
        {% endfor -%}
        as invalid_columns
    from (
        select
            source_file_key,
            source_row,
            {%- for column, kind in contract.columns.items() %}
            {%- set type = branch.types.get(column) %}
            {%- if column in checked %}
            {{ 'coalesce(' ~ column ~ ', " ' ~ column ~ '")' if type == 'bytes' else column }} as {{ column }}_landed,
            {%- endif %}
            {{ typed_value(column, kind, 'text' if type == 'bytes' else type) }} as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from (
            select
                {{ branch.file_key }} as source_file_key,
                {{ branch.row }} as source_row
                {%- for column in contract.columns if column in branch.types %},
                {{ landed_value(column, branch.types[column]) }} as {{ column }}
                {%- if branch.types[column] == 'bytes' %},
                " {{ column }}"
                {%- endif %}
                {%- endfor %}
            from {{ branch.relation }}
        ) as landed
    ) as typed
{%- endmacro -%}

{#- What a column says before it is typed: null words and what is not a number are nothing. -#}
{%- macro landed_value(column, landed_type) -%}
    {%- if landed_type in ['text', 'bytes'] -%}
        {{ clean_text(column) }}
    {%- elif landed_type == 'double' -%}
        {#- "not a number", which some tools write for nothing. By a pattern: whatever else is asked of a number, DuckDB
            answers from the bounds that a Parquet file states, and these leave it out. -#}
        case when not {{ matches('cast(' ~ column ~ ' as ' ~ text_type() ~ ')', '^[Nn]a[Nn]$') }} then {{ column }} end
    {%- else -%}
        {{ column }}
    {%- endif -%}
{%- endmacro -%}
