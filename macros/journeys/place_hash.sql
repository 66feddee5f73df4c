{#- A step's part of the key of its path: its code and how many steps of the level follow. Decimal, so that a sum of many has room. -#}
{%- macro place_hash(level) -%}
    cast({{ row_hash([level ~ '_code', level ~ '_steps_after']) }} as decimal(38, 0))
{%- endmacro -%}
