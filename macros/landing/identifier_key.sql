{#- Keyed 63-bit key of an identifier. What stands in the place of an erased one gives the key of the one that stood there. -#}
{%- macro identifier_key(type, scope, value) -%}
    case
        when {{ is_pseudonym(value) }} then {{ id_as_key("substr(" ~ value ~ ", 8)") }}
        else {{ keyed_hash(type ~ " || ':' || " ~ scope ~ " || ':' || " ~ value) }}
    end
{%- endmacro -%}
