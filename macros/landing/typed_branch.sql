{#- One group of landed files that share their columns, typed by the contract: see `raw`. -#}
{%- macro typed_branch(contract, branch) -%}
    {#- only where reading can fail: typed values of the column's own kind are taken as they are -#}
    {%- set own_types = {
        'text': ['text', 'number', 'timestamp', 'zoned_timestamp', 'date', 'boolean', 'other'],
        'timestamp': ['timestamp', 'zoned_timestamp', 'date'],
        'date': ['timestamp', 'zoned_timestamp', 'date'],
        'amount': ['number'],
        'number': ['number'],
        'boolean': ['boolean'],
    } %}
    {%- set checked = [] %}
    {%- for column, kind in contract.columns.items() if column in branch.types %}
        {%- if branch.types[column] not in own_types.get(kind, []) %}{%- do checked.append(column) %}{%- endif %}
    {%- endfor -%}
    select
        source_file_key,
        source_row,
        {%- for column in contract.columns %}
        {{ column }},
        {%- endfor %}
        {% for column in checked -%}
        case when {{ column }} is null and {{ column }}_landed is not null then '{{ column }},' else '' end
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
            {%- if column in checked %}
            {{ column }} as {{ column }}_landed,
            {%- endif %}
            {{ typed_value(column, kind, branch.types.get(column)) }} as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from (
            select
                {{ branch.file_key }} as source_file_key,
                {{ branch.row }} as source_row,
                {%- for column in contract.columns if column in branch.types %}
                {{ clean_text(column) if branch.types[column] == 'text' else column }} as {{ column }}{{ ',' if not loop.last }}
                {%- endfor %}
            from {{ branch.relation }}
        ) as landed
    ) as typed
{%- endmacro -%}
