with records as (
    select * from {{ ref('int_feedback_records') }}
)

select
    record_key,
    {{ row_hash(['raw_text'] + own_numbers()) }} as input_hash
from records
