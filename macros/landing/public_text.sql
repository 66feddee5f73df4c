{#- A text that reaches readers as it is (campaign, region, item, event name): where it holds a phone number, an e-mail
    address, an identity-card number or an openid, a keyed hash stands in its place, so that its groups stay apart. Phones: mainland
    mobiles in one piece or in three, and numbers with a plus. -#}
{%- macro public_text(text) -%}
    {%- set digit, other = '[0-9０-９]', '[^0-9０-９]' -%}
    {%- set mobile = '(^|' ~ other ~ ')([+＋]?[8８][6６][ -]?)?[1１][3-9３-９]' ~ digit -%}
    {%- set patterns = [
        mobile ~ digit ~ '{8}(' ~ other ~ '|$)',
        mobile ~ '[ -]' ~ digit ~ '{4}[ -]' ~ digit ~ '{4}(' ~ other ~ '|$)',
        '[+＋][1-9１-９]([ ()-]{0,2}' ~ digit ~ '){8,}',
        '[^ @]@[^ @]+[.]',
        '(^|' ~ other ~ ')[1-9１-９]' ~ digit ~ '{16}[0-9０-９Xx](' ~ other ~ '|$)',
        '^o[A-Za-z0-9_-]{27}$',
    ] -%}
    case
        when {{ matches(text, patterns | join('|')) }}
            then 'masked-' || {{ key_as_id(keyed_hash(text)) }}
        else {{ text }}
    end
{%- endmacro -%}
