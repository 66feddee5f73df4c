{#- Business date, as text, on which a record was loaded; '(unknown)' where the export does not say. -#}
{%- macro load_day(loaded_at) -%}
    coalesce(cast(cast({{ utc_to_local(loaded_at) }} as date) as {{ text_type() }}), '(unknown)')
{%- endmacro -%}
