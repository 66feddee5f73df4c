-- Rows of a condition add up, so they must agree on how many; a tag without an `at least` would be everybody's.
with rules as (
    select * from {{ ref('tag_rules') }}
),

conditions as (
    select
        industry,
        tag_code,
        condition_number,
        max(min_count) as min_count,
        max(max_count) as max_count,
        count(
            distinct coalesce(min_count, -1) * 1000000 + coalesce(max_count, -1)
        ) as count_count,
        count(distinct coalesce(within_days, -1)) as days_count,
        count(
            case
                when
                    interaction_type is null
                    and touchpoint_code is null
                    and channel_code is null
                    then 1
            end
        ) as boundless_count
    from rules
    group by industry, tag_code, condition_number
),

tags_of_industries as (
    select
        tags.industry,
        tags.tag_code,
        count(case when conditions.min_count > 0 then 1 end) as asking_count
    from {{ ref('tags') }} as tags
    left join conditions
        on
            tags.tag_code = conditions.tag_code
            and tags.industry = conditions.industry
    group by tags.industry, tags.tag_code
)

select
    industry,
    tag_code,
    condition_number
from conditions
where
    count_count > 1
    or days_count > 1
    or boundless_count > 0
    or (min_count is null and max_count is null)
    or coalesce(min_count, 1) < 1
union all
select
    industry,
    tag_code,
    cast(null as integer) as condition_number
from tags_of_industries
where asking_count = 0
