with persons as (
    select user_key
    from {{ ref('int_journeys') }}
    union
    select user_key
    from {{ ref('int_conversions') }}
    where user_key is not null
)

select
    user_key,
    cast(
        {{ hash64(key_as_id('user_key')) }} % {{ var('jackknife_groups') }} as integer
    ) as person_group
from persons
