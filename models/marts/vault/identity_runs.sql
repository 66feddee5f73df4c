{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='fail'
) }}
with summary as (
    select * from {{ ref('identity_summary') }}
),

before as (
    {%- if execute and is_incremental() %}
    select runs.* from {{ this }} as runs
    where runs.run_number = (select max(latest.run_number) from {{ this }} as latest)
    {%- else %}
    -- typed and without rows: no run went before the first
    select
        cast(null as bigint) as run_number,
        identifier_type,
        identifier_count,
        user_count,
        shared_count,
        conflict_count,
        match_rate
    from summary
    where 1 = 0
    {%- endif %}
),

run_numbers as (
    select cast(coalesce(max(run_number), 0) + 1 as bigint) as run_number from before
)

select
    run_numbers.run_number,
    cast('{{ invocation_id }}' as {{ text_type() }}) as run_id,
    summary.identifier_type,
    summary.identifier_count,
    before.identifier_count as identifier_count_before,
    summary.user_count,
    before.user_count as user_count_before,
    summary.shared_count,
    before.shared_count as shared_count_before,
    summary.conflict_count,
    before.conflict_count as conflict_count_before,
    summary.match_rate,
    before.match_rate as match_rate_before
from summary
cross join run_numbers
left join before on summary.identifier_type = before.identifier_type
