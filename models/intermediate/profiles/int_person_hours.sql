{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_profile_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_profile_inputs')) }}"
) }}
-- the one reading of touchpoints that all of profiles and cohorts are made from
with touchpoints as (
    select
        identifier_set_key,
        event_key,
        item_id,
        occurred_at
    from {{ ref('int_touchpoints_sessionised') }}
    {%- if var('as_of') %}
    where occurred_at <= cast('{{ var("as_of") }}' as timestamp)
    {%- endif %}
),

identifier_sets as (
    select
        identifier_set_key,
        user_key
    from {{ ref('int_identifier_sets_resolved') }}
    where user_key is not null and {{ is_affected('user_key') }}
),

placed as (
    select
        identifier_sets.user_key,
        touchpoints.event_key,
        touchpoints.item_id,
        touchpoints.occurred_at,
        {{ utc_to_local('touchpoints.occurred_at') }} as local_at
    from touchpoints
    inner join identifier_sets
        on touchpoints.identifier_set_key = identifier_sets.identifier_set_key
)

select
    user_key,
    event_key,
    item_id,
    cast(local_at as date) as active_date,
    cast(extract(hour from local_at) as integer) as active_hour,
    count(*) as interaction_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from placed
group by
    user_key,
    event_key,
    item_id,
    cast(local_at as date),
    cast(extract(hour from local_at) as integer)
