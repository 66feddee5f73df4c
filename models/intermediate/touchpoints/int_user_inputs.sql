with inputs as (
    select
        identifier_set_key,
        input_hash
    from {{ ref('int_set_inputs') }}
    union all
    select
        identifier_set_key,
        input_hash
    from {{ ref('int_set_outcomes') }}
)

-- a session's bounds depend on all that happened on the profile, whoever it was
select
    identifier_sets.user_key,
    {{ sum_of_hashes([
        'inputs.identifier_set_key', 'inputs.input_hash', 'partition_inputs.partition_key',
        'partition_inputs.input_hash'
    ]) }} as input_hash
from inputs
inner join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
    on inputs.identifier_set_key = identifier_sets.identifier_set_key
left join {{ ref('int_partition_inputs') }} as partition_inputs
    on identifier_sets.profile_key = partition_inputs.partition_key
where identifier_sets.user_key is not null
group by identifier_sets.user_key
