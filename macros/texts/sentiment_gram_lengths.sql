{#- Lengths of the grams that sentiment is scored by: what `make train` learns has up to three letters, the lexicon has terms
    of up to four behind a negator of up to four. -#}
{%- macro sentiment_gram_lengths() -%}
    {{ return([1, 2, 3] if sentiment_model_count() | int > 0 else [1, 2, 3, 4, 5, 6, 7, 8]) }}
{%- endmacro -%}
