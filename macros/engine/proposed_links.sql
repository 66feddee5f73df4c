{#- The links that `make match` proposed, from the file beside the vault's key: contact_id, other_contact_id, score. Only
    read where the var probabilistic_threshold asks for them. -#}
{%- macro proposed_links() -%}
    {{ return(adapter.dispatch('proposed_links')()) }}
{%- endmacro -%}

{%- macro default__proposed_links() -%}
    {%- set proposed = raw_relation('proposed_links') -%}
    {%- if not proposed -%}
        {{ exceptions.raise_compiler_error(
            'probabilistic_threshold is set, but ' ~ var('raw_schema') ~ '.proposed_links is not there: run `make match`'
            ~ ' and load its file, or leave the var empty'
        ) }}
    {%- endif -%}
    select contact_id, other_contact_id, score from {{ proposed }}
{%- endmacro -%}

{%- macro duckdb__proposed_links() -%}
    {%- set key = env_var('TOUCHPOINT_VAULT_KEY', 'vault/identity.key') -%}
    {%- set path = (key.rsplit('/', 1)[0] ~ '/' if '/' in key else '') ~ 'proposed_links.parquet' -%}
    {%- if run_query("select count(*) from glob('" ~ path | replace("'", "''") ~ "')").columns[0][0] == 0 -%}
        {{ exceptions.raise_compiler_error(
            'probabilistic_threshold is set, but ' ~ path ~ ' is not there: run `make match` first, or leave the var empty'
        ) }}
    {%- endif -%}
    select contact_id, other_contact_id, score from read_parquet('{{ path | replace("'", "''") }}')
{%- endmacro -%}
