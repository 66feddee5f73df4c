{{ config(materialized='view') }}
select
    {{ goal_id('goal_code', 'conversion_key') }} as conversion_id,
    {{ key_as_id('user_key') }} as user_id,
    goal_code,
    converted_at,
    converted_date,
    channel_code,
    value
from {{ ref('int_conversions') }}
