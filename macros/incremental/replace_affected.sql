{#- The one way in which a model with a key follows its input: `inputs` (a relation with the key and input_hash) is compared
    with what the model saw last time; rows of keys whose hash changed, came or went are deleted and made anew. Where definitions
    have changed, the whole model is (`should_full_refresh`). No look-back window, no memory of batches: whatever happened in
    between, the tables are those of a full refresh.

    A model that uses it: materialized='incremental', incremental_strategy='append',
    pre_hook="{{ drop_affected(ref(…), key) }}", post_hook="{{ remember_inputs(ref(…)) }}", and in its body
    `where {{ is_affected(key) }}`. What it saw stands beside it in <model>__inputs. -#}
{%- macro drop_affected(inputs, key) -%}
    {%- if execute and is_incremental() -%}
    {%- if not load_relation(seen_inputs()) -%}
        {%- do exceptions.raise_compiler_error(
            'the database does not tell what ' ~ this.identifier ~ ' was made from. Build once with --full-refresh'
            ~ ' (make build DBT_ARGS=--full-refresh).'
        ) -%}
    {%- endif -%}
    {%- do create_working_table('affected__' ~ this.identifier,
        'select coalesce(now.' ~ key ~ ', before.' ~ key ~ ') as ' ~ key ~ ' from ' ~ inputs ~ ' as now full outer join '
        ~ seen_inputs() ~ ' as before on now.' ~ key ~ ' = before.' ~ key
        ~ ' where now.input_hash is distinct from before.input_hash') -%}
    {{ delete_keys(this, key, 'select ' ~ key ~ ' from affected__' ~ this.identifier) }}
    {%- endif -%}
{%- endmacro -%}

{#- Condition: rows of this key are to be made (all of them outside an incremental run). -#}
{%- macro is_affected(key, name=none) -%}
    {#- a unit test has no relation of its own -#}
    {%- if execute and this and is_incremental() -%}
    {{ key }} in (select {{ name or key.split('.')[-1] }} from affected__{{ this.identifier }})
    {%- else -%}
    1 = 1
    {%- endif -%}
{%- endmacro -%}

{#- Post-hook of a model that replaces what is affected: what it has seen, for the next time, and a line in the log of how
    much it made anew. -#}
{%- macro remember_inputs(inputs) -%}
    {%- if execute and keeps_memory() -%}
    {%- set rewrites -%}
    insert into {{ rewrites_log() }}
    select
        '{{ invocation_id }}',
        '{{ this.identifier }}',
        count(*),
        {{ '(select count(*) from affected__' ~ this.identifier ~ ')' if is_incremental() else 'count(*)' }}
    from {{ inputs }}
    {%- endset -%}
    {{ run_in_turn([replace_table(seen_inputs(), 'select * from ' ~ inputs), rewrites]) }}
    {%- endif -%}
{%- endmacro -%}

{#- The relation that holds what this model saw last time. -#}
{%- macro seen_inputs() -%}
    {{ return(this.incorporate(path={'identifier': this.identifier ~ '__inputs'})) }}
{%- endmacro -%}

{#- The log of how many keys each run made anew in each model, which `note_present_files` makes: full refreshes do not
    repeat it. -#}
{%- macro rewrites_log() -%}
    {{- return('intermediate.model_rewrites') -}}
{%- endmacro -%}
