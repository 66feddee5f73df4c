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

last_items as (
    select
        moments.user_key,
        moments.item_kind,
        moments.item_id
    from moments
    inner join persons on moments.user_key = persons.user_key
    inner join last_steps
        on
            moments.user_key = last_steps.user_key
            and moments.item_kind = last_steps.item_kind
            and moments.step_number = last_steps.step_number
),

-- of what comes next after an item, what the person has: these ranks are passed over
had as (
    select
        last_items.user_key,
        last_items.item_kind,
        last_items.item_id,
        sequences.sequence_rank,
        row_number() over (
            partition by
                last_items.user_key,
                last_items.item_kind,
                last_items.item_id
            order by sequences.sequence_rank
        ) as had_number
    from last_items
    inner join moments
        on
            last_items.user_key = moments.user_key
            and last_items.item_kind = moments.item_kind
    inner join sequences
        on
            last_items.item_kind = sequences.item_kind
            and last_items.item_id = sequences.from_item_id
            and moments.item_id = sequences.to_item_id
),

-- as long as ranks are had one after the other from the first
passed_over as (
    select
        user_key,
        item_kind,
        item_id,
        count(*) as passed_count
    from had
    where sequence_rank = had_number
    group by user_key, item_kind, item_id
),

ranked as (
    select
        last_items.user_key,
        last_items.item_kind,
        sequences.to_item_id as item_id,
        last_items.item_id as reason_item_id,
        row_number() over (
            partition by last_items.user_key, last_items.item_kind
            order by
                sequences.user_count desc,
                sequences.to_item_id asc,
                last_items.item_id asc
        ) as next_rank
    from last_items
    left join passed_over
        on
            last_items.user_key = passed_over.user_key
            and last_items.item_kind = passed_over.item_kind
            and last_items.item_id = passed_over.item_id
    inner join sequences
        on
            last_items.item_kind = sequences.item_kind
            and last_items.item_id = sequences.from_item_id
            and coalesce(passed_over.passed_count, 0) + 1 = sequences.sequence_rank
)

select
    user_key,
    item_kind,
    item_id,
    reason_item_id
from ranked
where next_rank = 1
