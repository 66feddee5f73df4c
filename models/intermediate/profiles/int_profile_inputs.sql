-- depends_on: {{ ref('int_as_of') }}
{{ config(materialized='view') }}
-- "now" shapes what is kept per person only where the var sets it: behind the newest event, which stands for it else, is
-- nothing to be left out
select
    user_key,
    {{ row_hash(['input_hash', "'" ~ var('as_of') ~ "'"]) }} as input_hash
from {{ ref('int_user_inputs') }}
