with statements as (
    select
        identifier_set_key,
        1 as preference,
        region,
        customer_tier,
        coalesce(registered_at, loaded_at) as stated_at,
        record_key
    from {{ ref('stg_erp__members') }}
    union all
    select
        identifier_set_key,
        2 as preference,
        region,
        customer_tier,
        coalesce(updated_at, created_at, loaded_at) as stated_at,
        record_key
    from {{ ref('stg_crm__contacts') }}
    union all
    select
        identifier_set_key,
        3 as preference,
        region,
        cast(null as varchar) as customer_tier,
        ordered_at as stated_at,
        order_key as record_key
    from {{ ref('int_orders_unioned') }}
),

resolved as (
    select
        identifier_sets.user_key,
        statements.preference,
        statements.region,
        statements.customer_tier,
        statements.stated_at,
        statements.record_key
    from statements
    inner join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
        on statements.identifier_set_key = identifier_sets.identifier_set_key
),

regions_ranked as (
    select
        user_key,
        region,
        row_number() over (
            partition by user_key
            order by preference asc, stated_at desc nulls last, record_key asc
        ) as region_rank
    from resolved
    where region is not null
),

tiers_ranked as (
    select
        user_key,
        customer_tier,
        row_number() over (
            partition by user_key
            order by preference asc, stated_at desc nulls last, record_key asc
        ) as tier_rank
    from resolved
    where customer_tier is not null
),

regions as (
    select
        user_key,
        region
    from regions_ranked
    where region_rank = 1
),

tiers as (
    select
        user_key,
        customer_tier
    from tiers_ranked
    where tier_rank = 1
)

select
    coalesce(regions.user_key, tiers.user_key) as user_key,
    regions.region,
    tiers.customer_tier
from regions
full outer join tiers on regions.user_key = tiers.user_key
