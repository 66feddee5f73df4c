with inputs as (
    select * from {{ ref('int_set_inputs') }}
    union all
    select * from {{ ref('int_set_outcomes') }}
)

select
    partition_key,
    {{ sum_of_hashes([
        'identifier_set_key', 'input_hash', 'user_key', 'person_identifier_key'
    ]) }} as input_hash
from inputs
group by partition_key
