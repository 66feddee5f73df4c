{#- What `make train` learned: model_version, entry_kind (gram, word, figure), entry, weight and square in millionths. No row
    where nothing was trained. The file lies beside the vault's key; a server has it as a table of the raw schema. -#}
{%- macro trained_sentiment() -%}
    {{ return(adapter.dispatch('trained_sentiment')()) }}
{%- endmacro -%}

{%- macro default__trained_sentiment() -%}
    {%- if sentiment_model_count() | int > 0 -%}
    select model_version, entry_kind, entry, weight, square from {{ raw_relation('sentiment_model') }}
    {%- else -%}
    {{ nothing_trained() }}
    {%- endif -%}
{%- endmacro -%}

{%- macro duckdb__trained_sentiment() -%}
    {%- if sentiment_model_count() | int > 0 -%}
    select model_version, entry_kind, entry, weight, square from read_parquet({{ sentiment_model_path() }})
    {%- else -%}
    {{ nothing_trained() }}
    {%- endif -%}
{%- endmacro -%}

{#- Number of models that `trained_sentiment` finds: 1 or 0. -#}
{%- macro sentiment_model_count() -%}
    {{ return(adapter.dispatch('sentiment_model_count')()) }}
{%- endmacro -%}

{%- macro default__sentiment_model_count() -%}
    {{- 1 if execute and raw_relation('sentiment_model') else 0 -}}
{%- endmacro -%}

{%- macro duckdb__sentiment_model_count() -%}
    {%- set found = run_query('select count(*) from glob(' ~ sentiment_model_path() ~ ')') if execute else none -%}
    {{- found.columns[0][0] if found and found.rows else 0 -}}
{%- endmacro -%}

{#- Path of the file of `make train`, as a literal. -#}
{%- macro sentiment_model_path() -%}
    {%- set key = env_var('TOUCHPOINT_VAULT_KEY', 'vault/identity.key') -%}
    {%- set folder = key.rsplit('/', 1)[0] ~ '/' if '/' in key else '' -%}
    {{- "'" ~ (folder ~ 'sentiment_model.parquet') | replace("'", "''") ~ "'" -}}
{%- endmacro -%}

{#- The columns of `trained_sentiment` without a row. -#}
{%- macro nothing_trained() -%}
    select
        cast(null as {{ text_type() }}) as model_version,
        cast(null as {{ text_type() }}) as entry_kind,
        cast(null as {{ text_type() }}) as entry,
        cast(null as bigint) as weight,
        cast(null as bigint) as square
    where 1 = 0
{%- endmacro -%}
