{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ forget_gone_files() }}",
    post_hook="{{ remember_read_files() }}"
) }}
{{ landed_files() if execute }}
