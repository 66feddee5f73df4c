select
    apart.one_key,
    apart.other_key,
    one.user_key
from {{ ref('int_identifiers_kept_apart') }} as apart
inner join {{ ref('int_identifiers_resolved') }} as one
    on apart.one_key = one.identifier_key
inner join {{ ref('int_identifiers_resolved') }} as other
    on apart.other_key = other.identifier_key
where one.user_key = other.user_key
