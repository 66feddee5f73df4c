{#- SQL type of a contract column's kind. -#}
{%- macro type_of_kind(kind) -%}
    {%- set types = {
        'text': text_type(),
        'phone': text_type(),
        'email': text_type(),
        'timestamp': 'timestamp',
        'date': 'date',
        'amount': 'decimal(18, 2)',
        'number': 'decimal(18, 4)',
        'boolean': 'boolean',
    } -%}
    {%- if kind not in types -%}
        {{ exceptions.raise_compiler_error(
            'The landing contract knows no data_type ' ~ kind ~ '; accepted: ' ~ types.keys() | join(', ')
        ) }}
    {%- endif -%}
    {{- return(types[kind]) -}}
{%- endmacro -%}
