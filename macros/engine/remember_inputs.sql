{#- Post-hook of a model that replaces what is affected: what it has seen, for the next time, and a line in the log of how
    much it made anew. -#}
{%- macro remember_inputs(inputs) -%}
    {%- if execute -%}{{ return(adapter.dispatch('remember_inputs')(inputs)) }}{%- endif -%}
{%- endmacro -%}

{%- macro duckdb__remember_inputs(inputs) -%}
    create or replace table {{ seen_inputs() }} as select * from {{ inputs }};
    create table if not exists {{ rewrites_log() }} (
        run_id varchar, model varchar, key_count bigint, rewritten_key_count bigint
    );
    insert into {{ rewrites_log() }}
    select
        '{{ invocation_id }}',
        '{{ this.identifier }}',
        count(*),
        {{ '(select count(*) from affected__' ~ this.identifier ~ ')' if is_incremental() else 'count(*)' }}
    from {{ inputs }}
{%- endmacro -%}

{#- The log of how many keys each run made anew in each model: a relation that full refreshes do not repeat. -#}
{%- macro rewrites_log() -%}
    {{ return(this.incorporate(path={'schema': generate_schema_name('intermediate'), 'identifier': 'model_rewrites'})) }}
{%- endmacro -%}
