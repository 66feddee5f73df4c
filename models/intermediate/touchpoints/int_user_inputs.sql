with inputs as (
    select * from {{ ref('int_set_inputs') }}
    union all
    select * from {{ ref('int_set_outcomes') }}
)

-- a session's bounds depend on all that happened on the profile, whoever it was
select
    inputs.user_key,
    {{ sum_of_hashes([
        'inputs.identifier_set_key', 'inputs.input_hash', 'partition_inputs.partition_key',
        'partition_inputs.input_hash'
    ]) }} as input_hash
from inputs
left join {{ ref('int_partition_inputs') }} as partition_inputs
    on inputs.profile_key = partition_inputs.partition_key
where inputs.user_key is not null
group by inputs.user_key
