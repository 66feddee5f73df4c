select
    partition_key,
    {{ sum_of_hashes(['identifier_set_key', 'input_hash']) }} as input_hash
from {{ ref('int_set_inputs') }}
group by partition_key
