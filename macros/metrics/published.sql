{#- A value as it may be published: null where it rests on fewer than `min_sample`. -#}
{%- macro published(value, sample_size) -%}
    case when {{ sample_size }} >= {{ var('min_sample') }} then {{ value }} end
{%- endmacro -%}
