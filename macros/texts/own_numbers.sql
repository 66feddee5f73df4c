{#- Columns of a record with a text whose values are masked in it as they stand. -#}
{%- macro own_numbers() -%}
    {{ return([
        'buyer_id', 'platform_user_id', 'openid', 'unionid', 'member_no', 'patient_no', 'student_no', 'phone', 'email',
        'order_no',
    ]) }}
{%- endmacro -%}

{#- These columns for a union: those that a relation has, null in the place of the others. -#}
{%- macro own_number_columns(numbers) -%}
    {%- for number in own_numbers() -%}
    {%- if number not in numbers -%} cast(null as {{ text_type() }}) as {% endif -%}
    {{ number }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro -%}
