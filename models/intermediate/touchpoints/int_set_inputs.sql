-- one pass over what happened: everything below is told from here whether it has changed
select
    identifier_set_key,
    case when identifier_set_key is null then record_key % 1024 end as bucket,
    {{ sum_of_hashes(['record_hash', 'part_code', 'order_key']) }} as input_hash
from {{ ref('int_interactions_ordered') }}
group by
    identifier_set_key,
    case when identifier_set_key is null then record_key % 1024 end
