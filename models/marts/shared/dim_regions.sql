with defined as (
    select * from {{ ref('regions') }}
    where {{ of_this_industry() }}
),

observed as (
    select distinct region from {{ ref('int_touchpoints_sessionised') }}
    where region is not null
),

regions as (
    select region from defined
    union
    select region from observed
)

select
    regions.region,
    defined.region_name,
    defined.region_name_zh,
    defined.area,
    defined.region is not null as is_defined
from regions
left join defined on regions.region = defined.region
