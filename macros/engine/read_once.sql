{#- Pre-hook of an incremental model that reads landed files: rows of files that are gone, have changed, or were not read to
    the end, go. The keys of the records that went stay for `mark_duplicates` in the working table forgotten__<model>. -#}
{%- macro forget_gone_files(key='file_key', keep_keys=false) -%}
    {%- if execute and is_incremental() -%}{{ return(adapter.dispatch('forget_gone_files')(key, keep_keys)) }}{%- endif -%}
{%- endmacro -%}

{%- macro default__forget_gone_files(key, keep_keys) -%}
    {%- set gone -%}
        select held.file_key
        from (select distinct {{ key }} as file_key from {{ this }}) as held
        left join staging.read_files as known
            on
                held.file_key = known.file_key
                and known.reader = '{{ this.identifier }}'
                and known.settings_hash = '{{ reading_hash(this.identifier) }}'
        left join staging.present_files as present
            on
                known.file_key = present.file_key
                and known.size_bytes = present.size_bytes
                and known.modified_at = present.modified_at
        where present.file_key is null
    {%- endset -%}
    {%- if keep_keys -%}
        {%- do create_working_table(
            'forgotten__' ~ this.identifier, 'select distinct record_key from ' ~ this ~ ' where ' ~ key ~ ' in (' ~ gone ~ ')'
        ) -%}
    {%- endif -%}
    {{ delete_keys(this, key, gone) }}
{%- endmacro -%}

{#- Post-hook of an incremental model that reads landed files, before others that change rows: a table made anew is
    committed as it is, and told to be read from no file yet, so that a run that ends here leaves nothing that counts. DuckDB
    would write all of a table to its log as well where rows change in the transaction that makes it. -#}
{%- macro settle_new_table() -%}
    {%- if execute and keeps_memory() and not is_incremental() -%}{{ return(adapter.dispatch('settle_new_table')()) }}{%- endif -%}
{%- endmacro -%}

{%- macro default__settle_new_table() -%}
{%- endmacro -%}

{%- macro duckdb__settle_new_table() -%}
    delete from staging.read_files where reader = '{{ this.identifier }}';
    commit;
    begin transaction;
{%- endmacro -%}

{#- Post-hook of an incremental model that reads landed files: it has read those that were present at the start of the run. A row
    without a file tells how it was made where there are none. `told_by`: a reader that told the model which files there are: it has read what that one has,
    as far as it is still there, and no more. -#}
{%- macro remember_read_files(system=none, table=none, told_by=none) -%}
    {%- if execute and keeps_memory() -%}{{ return(adapter.dispatch('remember_read_files')(system, table, told_by)) }}{%- endif -%}
{%- endmacro -%}

{%- macro default__remember_read_files(system, table, told_by) -%}
    {%- set read -%}
    insert into staging.read_files
    {%- if told_by %}
    select '{{ this.identifier }}', file_key, size_bytes, modified_at, '{{ reading_hash(this.identifier) }}'
    from staging.read_files
    where
        reader = '{{ told_by.identifier }}'
        and settings_hash = '{{ reading_hash(told_by.identifier) }}'
        and file_key in (select present.file_key from staging.present_files as present)
    {%- else %}
    select '{{ this.identifier }}', file_key, size_bytes, modified_at, '{{ reading_hash(this.identifier) }}'
    from staging.present_files
    {%- if system %}
    where source_system = '{{ system }}' and source_table = '{{ table }}'
    {%- endif %}
    {%- endif %}
    union all
    select '{{ this.identifier }}', null, null, null, '{{ reading_hash(this.identifier) }}'
    {%- endset -%}
    {{ run_in_turn(["delete from staging.read_files where reader = '" ~ this.identifier ~ "'", read]) }}
{%- endmacro -%}

{#- Whether the calling model was made under other settings or by other SQL than there are now. -#}
{%- macro has_read_otherwise() -%}
    {{ return(run_query(
        "select count(*) from staging.read_files where reader = '" ~ this.identifier ~ "' and settings_hash = '"
        ~ reading_hash(this.identifier) ~ "'"
    ).columns[0][0] == 0) }}
{%- endmacro -%}

{#- Condition: the calling model has not yet read the file with this key as it is. -#}
{%- macro is_unread(file_key) -%}
    {{ return(adapter.dispatch('is_unread')(file_key)) }}
{%- endmacro -%}

{%- macro default__is_unread(file_key) -%}
    {{ file_key }} in (
        select present.file_key from staging.present_files as present
        where not {{ is_read('present', this.identifier) }}
    )
{%- endmacro -%}
