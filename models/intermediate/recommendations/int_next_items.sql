-- what most people took up next after what a person took up last
with moments as (
    select * from {{ ref('int_item_moments') }}
),

persons as (
    select user_key from {{ ref('int_person_segments') }}
    where is_personalised
),

sequences as (
    select * from {{ ref('int_item_sequences') }}
),

last_steps as (
    select
        user_key,
        item_kind,
        max(step_number) as step_number
    from moments
    group by user_key, item_kind
),

ranked as (
    select
        moments.user_key,
        moments.item_kind,
        sequences.to_item_id as item_id,
        moments.item_id as reason_item_id,
        row_number() over (
            partition by moments.user_key, moments.item_kind
            order by
                sequences.user_count desc,
                sequences.to_item_id asc,
                moments.item_id asc
        ) as next_rank
    from moments
    inner join persons on moments.user_key = persons.user_key
    inner join last_steps
        on
            moments.user_key = last_steps.user_key
            and moments.item_kind = last_steps.item_kind
            and moments.step_number = last_steps.step_number
    inner join sequences
        on
            moments.item_kind = sequences.item_kind
            and moments.item_id = sequences.from_item_id
    left join moments as known
        on
            moments.user_key = known.user_key
            and moments.item_kind = known.item_kind
            and sequences.to_item_id = known.item_id
    where known.item_id is null
)

select
    user_key,
    item_kind,
    item_id,
    reason_item_id
from ranked
where next_rank = 1
