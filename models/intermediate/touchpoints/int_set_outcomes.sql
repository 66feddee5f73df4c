-- what became of orders can change without a record of theirs: by a rate, a status,
-- another order of the platform
select
    identifier_set_key,
    case when identifier_set_key is null then order_key % 1024 end as bucket,
    {{ sum_of_hashes(['order_key', 'is_paid', 'is_return', 'net_amount']) }}
        as input_hash
from {{ ref('int_orders_converted') }}
group by
    identifier_set_key,
    case when identifier_set_key is null then order_key % 1024 end
