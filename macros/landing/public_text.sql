{#- A text that reaches readers as it is (campaign, region, item, event name): where it holds a phone number, an e-mail
    address, an identity-card number or an openid, a keyed hash stands in its place, so that its groups stay apart. -#}
{%- macro public_text(text) -%}
    case
        when {{ matches(text, '(^|[^0-9])([+]?86)?1[3-9][0-9]{9}([^0-9]|$)|[^ @]@[^ @]+[.]|(^|[^0-9])[1-9][0-9]{16}[0-9Xx]([^0-9]|$)|^o[A-Za-z0-9_-]{27}$') }}
            then 'masked-' || {{ key_as_id(keyed_hash(text)) }}
        else {{ text }}
    end
{%- endmacro -%}
