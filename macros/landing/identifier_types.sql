{#- The identifier types that landed tables carry; `identifier_rules` says what each is worth. -#}
{%- macro identifier_types() -%}
    {{ return([
        'member_no', 'unionid', 'patient_no', 'student_no', 'phone', 'email', 'openid', 'buyer_id', 'platform_user_id',
        'contact_id', 'device_id', 'visitor_id',
    ]) }}
{%- endmacro -%}
