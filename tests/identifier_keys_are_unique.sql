-- No two identifiers share a hashed key, and none has two.
select
    'one key, several identifiers' as fault,
    identifier_key
from {{ ref('int_identifiers_observed') }}
group by identifier_key
having count(*) > 1
union all
select
    'one identifier, several keys' as fault,
    min(identifier_key) as identifier_key
from {{ ref('int_identifiers_observed') }}
group by identifier_type, identifier_scope, identifier_value
having count(*) > 1
