{#- A masked text as its grams are taken from it: small letters, words of Latin letters between blanks, runs of digits as 0,
    without apostrophes and masks. Python does the same in touchpoints/grams.py. -#}
{%- macro scored_text(text) -%}
    {%- set small = "translate(replace(" ~ text ~ ", '[masked]', ' '), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ’' || chr(39), 'abcdefghijklmnopqrstuvwxyz')" -%}
    {%- set spaced = replace_all(replace_all(small, '[0-9]+', '0'), '([a-z]+)', ' \\1 ') -%}
    {{ replace_all(replace_all(spaced, '  +', ' '), '^ | $', '') }}
{%- endmacro -%}
