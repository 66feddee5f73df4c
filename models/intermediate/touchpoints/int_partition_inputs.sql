select
    {{ partition_key(
        'identifier_sets.profile_key', 'set_inputs.identifier_set_key', 'set_inputs.bucket'
    ) }} as partition_key,
    {{ sum_of_hashes(['set_inputs.identifier_set_key', 'set_inputs.input_hash']) }}
        as input_hash
from {{ ref('int_set_inputs') }} as set_inputs
left join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
    on set_inputs.identifier_set_key = identifier_sets.identifier_set_key
group by
    {{ partition_key(
        'identifier_sets.profile_key', 'set_inputs.identifier_set_key', 'set_inputs.bucket'
    ) }}
