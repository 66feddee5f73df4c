{#- Post-hook of a base model: the CSV lines that the loader could not read, kept as quarantined records with their place
    (source_row is its number in the file, below zero). -#}
{%- macro keep_unreadable_lines(system, table) -%}
    {{ return(adapter.dispatch('keep_unreadable_lines')(system, table)) }}
{%- endmacro -%}

{%- macro duckdb__keep_unreadable_lines(system, table) -%}
    {%- if has_csv(system, table, this.identifier if is_incremental() else none) and not flags.EMPTY -%}
    insert into {{ this }} (record_key, record_status, reason_code, source_file_key, source_row)
    select distinct
        {{ keyed_hash(
            "'" ~ system ~ '.' ~ table ~ ":unreadable:' || " ~ duckdb__path_below_root('scans.file_path') ~ " || ':' || rejects.line"
        ) }},
        'quarantined',
        'unreadable_line',
        {{ duckdb__file_key('scans.file_path') }},
        -cast(rejects.line as bigint)
    from rejects__{{ system }}__{{ table }} as rejects
    inner join reject_scans__{{ system }}__{{ table }} as scans
        on rejects.scan_id = scans.scan_id
        and rejects.file_id = scans.file_id
    {%- endif -%}
{%- endmacro -%}

{%- macro default__keep_unreadable_lines(system, table) -%}
    {%- if execute and not flags.EMPTY and server_unreadable_lines() -%}
    insert into {{ this }} (record_key, record_status, reason_code, source_file_key, source_row)
    select
        {{ keyed_hash("'" ~ system ~ '.' ~ table ~ ":unreadable:' || load_id || ':' || line") }},
        'quarantined',
        'unreadable_line',
        {{ server_file_key(system, table, 'load_id') }},
        -line
    from {{ server_unreadable_lines() }}
    where
        source_system = '{{ system }}'
        and source_table = '{{ table }}'
        and {{ server_is_unread(system, table, 'load_id', this.identifier if is_incremental() else none) }}
    {%- endif -%}
{%- endmacro -%}
