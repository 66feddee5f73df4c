with paths as (
    select
        *,
        journey_count - open_count as ended_count
    from {{ ref('int_paths_counted') }}
),

codes as (
    select distinct
        level,
        path_key,
        code
    from {{ ref('int_path_steps') }}
),

-- a code stands as its hash, and the sum of these for the set
summed as (
    select
        level,
        path_key,
        count(*) as code_count,
        sum(cast({{ row_hash(['code']) }} as decimal(38, 0))) as code_sum
    from codes
    group by level, path_key
),

keyed as (
    select
        path_key,
        {{ row_hash(['level', 'code_count', 'code_sum']) }} as set_key
    from summed
)

select
    paths.goal_code,
    paths.level,
    keyed.set_key,
    paths.month_date,
    paths.person_group,
    min(case when paths.converted_count > 0 then paths.path_key end)
        as example_path_key,
    cast(sum(paths.ended_count) as bigint) as journey_count,
    cast(sum(paths.converted_count) as bigint) as converted_count,
    cast(sum(paths.value) as decimal(18, 2)) as value
from paths
inner join keyed on paths.path_key = keyed.path_key
where paths.ended_count > 0
group by
    paths.goal_code,
    paths.level,
    keyed.set_key,
    paths.month_date,
    paths.person_group
