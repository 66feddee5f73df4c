-- what became of orders can change without a record of theirs: by a rate, a status,
-- another order of the platform
with outcomes as (
    select
        identifier_set_key,
        case when identifier_set_key is null then order_key % 1024 end as bucket,
        {{ sum_of_hashes(['order_key', 'is_paid', 'is_return', 'net_amount']) }}
            as input_hash
    from {{ ref('int_orders_converted') }}
    group by
        identifier_set_key,
        case when identifier_set_key is null then order_key % 1024 end
)

select
    outcomes.identifier_set_key,
    {{ partition_key(
        'identifier_sets.profile_key', 'outcomes.identifier_set_key', 'outcomes.bucket'
    ) }} as partition_key,
    identifier_sets.profile_key,
    identifier_sets.user_key,
    identifier_sets.person_identifier_key,
    outcomes.input_hash
from outcomes
left join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
    on outcomes.identifier_set_key = identifier_sets.identifier_set_key
