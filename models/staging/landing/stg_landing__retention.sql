{%- set periods = checked_retention_periods() %}
with loads as (
    select max(loaded_at) as newest_load_at from {{ ref('stg_landing__loads') }}
),

today as (
    select {{ retention_today('newest_load_at') }} as as_of
    from loads
),

periods as (
    {%- for row in periods %}
    select
        '{{ row[0].split(".")[0] }}' as source_system,
        '{{ row[0].split(".")[1] }}' as source_table,
        '{{ row[2] }}' as removes,
        {{ row[1] }} as retention_days,
        '{{ retention_time(*row[0].split(".")) }}' as age_sql
    {{ 'union all' if not loop.last }}
    {%- else %}
    -- no period is set: the columns, and no row
    select
        '' as source_system,
        '' as source_table,
        '' as removes,
        0 as retention_days,
        '' as age_sql
    where 1 = 0
    {%- endfor %}
)

select
    cast(periods.source_system as {{ text_type() }}) as source_system,
    cast(periods.source_table as {{ text_type() }}) as source_table,
    cast(periods.removes as {{ text_type() }}) as removes,
    cast(periods.retention_days as integer) as retention_days,
    cast(periods.age_sql as {{ text_type() }}) as age_sql,
    cast(
        today.as_of - periods.retention_days * interval '1' day as timestamp
    ) as kept_from
from periods
cross join today
