{#- The tier of links that only look alike: behind those of all identifiers, so that they join nobody whom a limit keeps apart. -#}
{%- macro proposal_tier() -%}
    5
{%- endmacro -%}
