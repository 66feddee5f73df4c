{#- What a funnel holds constant in an interaction: the value of the column that its definition names, as a text; null where
    it names none or the interaction has no value. -#}
{%- macro held_value(hold_constant, interactions) -%}
    case {{ hold_constant }}
        when 'item_id' then {{ interactions }}.item_id
        when 'channel_code' then {{ interactions }}.channel_code
        when 'order_key' then {{ key_as_id(interactions ~ '.order_key') }}
    end
{%- endmacro -%}
