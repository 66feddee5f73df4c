{#- One whole number of a gain in billionths and the number of the item that says so: of several the largest is that of the largest
    gain, and of equal gains that of the first item. Items are numbered from 1 and are fewer than a billion. -#}
{%- macro gain_as_reason(gain, item_number) -%}
    cast({{ gain }} as bigint) * 1000000000 + 999999999 - {{ item_number }}
{%- endmacro -%}

{#- Number of the item in what gain_as_reason made. -#}
{%- macro item_of_reason(reason) -%}
    cast(999999999 - {{ reason }} % 1000000000 as integer)
{%- endmacro -%}
