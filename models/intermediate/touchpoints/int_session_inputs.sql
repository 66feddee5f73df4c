with inputs as (
    select
        identifier_set_key,
        bucket,
        input_hash
    from {{ ref('int_set_inputs') }}
    union all
    select
        identifier_set_key,
        bucket,
        input_hash
    from {{ ref('int_set_outcomes') }}
)

select
    {{ partition_key(
        'identifier_sets.profile_key', 'inputs.identifier_set_key', 'inputs.bucket'
    ) }} as partition_key,
    {{ sum_of_hashes([
        'inputs.identifier_set_key', 'inputs.input_hash', 'identifier_sets.user_key',
        'identifier_sets.person_identifier_key'
    ]) }} as input_hash
from inputs
left join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
    on inputs.identifier_set_key = identifier_sets.identifier_set_key
group by
    {{ partition_key(
        'identifier_sets.profile_key', 'inputs.identifier_set_key', 'inputs.bucket'
    ) }}
