-- which answers count, and when a contact was answered, can change by what somebody else did: the second answer to an
-- invitation, a message of a case
with scores as (
    select * from {{ ref('int_scores_attributed') }}
    where user_key is not null and is_satisfied is not null
),

respondents as (
    select distinct user_key
    from scores
),

parts as (
    select
        user_key,
        {{ row_hash([
            'record_key', 'channel_code', 'touchpoint_code', 'answered_at',
            'is_satisfied', 'score_scaled'
        ]) }} as input_hash
    from scores
    union all
    select
        user_key,
        {{ row_hash(["'contact'", 'record_key', 'answered_at', 'is_measured']) }}
            as input_hash
    from {{ ref('int_contacts_linked') }}
    where user_key is not null
    union all
    select
        user_key,
        input_hash
    from {{ ref('int_user_inputs') }}
)

select
    parts.user_key,
    {{ sum_of_hashes(['parts.input_hash']) }} as input_hash
from parts
inner join respondents on parts.user_key = respondents.user_key
group by parts.user_key
