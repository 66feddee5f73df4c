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
    {{ person_group('user_key') }} as person_group
from persons
