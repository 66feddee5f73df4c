with contacts as (
    select * from {{ ref('int_contacts_recorded') }}
)

-- the person and the order that a contact names can change without its record
select
    case_group_key,
    {{ sum_of_hashes([
        'record_key', 'input_hash', 'user_key', 'order_reference_key', 'touchpoint_code'
    ]) }} as input_hash
from contacts
group by case_group_key
