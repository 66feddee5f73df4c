-- one pass over what happened: everything below is told from here whether it has changed
with inputs as (
    select
        identifier_set_key,
        case when identifier_set_key is null then record_key % 1024 end as bucket,
        {{ sum_of_hashes(['record_hash', 'part_code', 'order_key']) }} as input_hash
    from {{ ref('int_interactions_ordered') }}
    group by
        identifier_set_key,
        case when identifier_set_key is null then record_key % 1024 end
)

select
    inputs.identifier_set_key,
    {{ partition_key(
        'identifier_sets.profile_key', 'inputs.identifier_set_key', 'inputs.bucket'
    ) }} as partition_key,
    identifier_sets.profile_key,
    identifier_sets.user_key,
    identifier_sets.person_identifier_key,
    inputs.input_hash
from inputs
left join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
    on inputs.identifier_set_key = identifier_sets.identifier_set_key
