{#- Keyed 63-bit hash of a text: the secret is read from the vault and never stands in SQL text. -#}
{%- macro keyed_hash(text) -%}
    {{ hash64("(select identity_key from " ~ vault_relation() ~ ") || " ~ text) }}
{%- endmacro -%}

{#- The vault's one-row table that holds the secret; made by the DuckDB plug-in at the start of an invocation. -#}
{%- macro vault_relation() -%}
    vault.identity_key
{%- endmacro -%}
