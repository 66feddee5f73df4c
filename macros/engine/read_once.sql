{#- Pre-hook of an incremental model that reads landed files: rows of files that are gone, or have changed, go. The keys of
    the records that went stay for `mark_duplicates` in the working table forgotten__<model>. -#}
{%- macro forget_gone_files(key='file_key', keep_keys=false) -%}
    {%- if execute and is_incremental() -%}{{ return(adapter.dispatch('forget_gone_files')(key, keep_keys)) }}{%- endif -%}
{%- endmacro -%}

{%- macro default__forget_gone_files(key, keep_keys) -%}
    {%- set gone -%}
        select known.file_key
        from staging.read_files as known
        left join staging.present_files as present
            on
                known.file_key = present.file_key
                and known.size_bytes = present.size_bytes
                and known.modified_at = present.modified_at
        where
            known.reader = '{{ this.identifier }}'
            and (present.file_key is null or known.settings_hash <> '{{ reading_hash() }}')
    {%- endset -%}
    {%- if keep_keys -%}
        {%- do create_working_table(
            'forgotten__' ~ this.identifier, 'select distinct record_key from ' ~ this ~ ' where ' ~ key ~ ' in (' ~ gone ~ ')'
        ) -%}
    {%- endif -%}
    {{ delete_keys(this, key, gone) }}
{%- endmacro -%}

{#- Post-hook of an incremental model that reads landed files: it has read those that were present at the start of the run. -#}
{%- macro remember_read_files(system=none, table=none) -%}
    {%- if execute and keeps_memory() -%}{{ return(adapter.dispatch('remember_read_files')(system, table)) }}{%- endif -%}
{%- endmacro -%}

{%- macro default__remember_read_files(system, table) -%}
    {%- set read -%}
    insert into staging.read_files
    select '{{ this.identifier }}', file_key, size_bytes, modified_at, '{{ reading_hash() }}'
    from staging.present_files
    {%- if system %}
    where source_system = '{{ system }}' and source_table = '{{ table }}'
    {%- endif %}
    {%- endset -%}
    {{ run_in_turn(["delete from staging.read_files where reader = '" ~ this.identifier ~ "'", read]) }}
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
