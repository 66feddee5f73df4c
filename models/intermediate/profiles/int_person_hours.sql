-- the one reading of touchpoints that all of profiles and cohorts are made from
with touchpoints as (
    select
        identifier_set_key,
        event_key,
        item_id,
        occurred_at
    from {{ ref('int_touchpoints_sessionised') }}
),

identifier_sets as (
    select
        identifier_set_key,
        user_key
    from {{ ref('int_identifier_sets_resolved') }}
    where user_key is not null
),

items as (
    select
        item_id,
        category
    from {{ ref('stg_catalog__items') }}
),

dates as (
    select * from {{ ref('int_profile_dates') }}
),

placed as (
    select
        identifier_sets.user_key,
        touchpoints.event_key,
        items.category,
        touchpoints.occurred_at,
        {{ utc_to_local('touchpoints.occurred_at') }} as local_at
    from touchpoints
    inner join identifier_sets
        on touchpoints.identifier_set_key = identifier_sets.identifier_set_key
    left join items on touchpoints.item_id = items.item_id
    cross join dates
    where touchpoints.occurred_at <= dates.as_of
)

select
    user_key,
    event_key,
    category,
    cast(local_at as date) as active_date,
    cast(extract(hour from local_at) as integer) as active_hour,
    count(*) as interaction_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from placed
group by
    user_key,
    event_key,
    category,
    cast(local_at as date),
    cast(extract(hour from local_at) as integer)
