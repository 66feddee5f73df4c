-- what is popular in a segment, drawn towards what is popular with everybody
with person_items as (
    select person_items.*
    from {{ ref('int_person_items') }} as person_items
    inner join {{ ref('int_person_consents') }} as consents
        on person_items.user_key = consents.user_key
    where
        person_items.is_compared
        and consents.purpose = 'analysis'
        and consents.is_granted
),

segments as (
    select * from {{ ref('int_person_segments') }}
),

sums as (
    select * from {{ ref('int_item_sums') }}
),

placed as (
    select
        segments.segment_code,
        person_items.user_key,
        person_items.item_id,
        person_items.weight
    from person_items
    inner join segments on person_items.user_key = segments.user_key
),

persons as (
    select
        segment_code,
        user_key,
        max(weight) as weight
    from placed
    group by segment_code, user_key
),

segment_sums as (
    select
        segment_code,
        cast(sum(weight) as bigint) as person_weight
    from persons
    group by segment_code
),

segment_codes as (
    select distinct segment_code from segments
),

segment_items as (
    select
        segment_code,
        item_id,
        cast(sum(weight) as bigint) as weight
    from placed
    group by segment_code, item_id
),

scored as (
    select
        segment_codes.segment_code,
        sums.item_id,
        {{ billionths(
            'coalesce(segment_items.weight, 0) + ' ~ segment_prior()
            ~ ' * cast(sums.weight as ' ~ double_type() ~ ') / sums.person_weight',
            'coalesce(segment_sums.person_weight, 0) + ' ~ segment_prior()
        ) }} as popularity
    from segment_codes
    cross join sums
    left join segment_sums on segment_codes.segment_code = segment_sums.segment_code
    left join segment_items
        on
            segment_codes.segment_code = segment_items.segment_code
            and sums.item_id = segment_items.item_id
)

select
    segment_code,
    item_id,
    popularity,
    row_number() over (
        partition by segment_code
        order by popularity desc, item_id asc
    ) as popularity_rank
from scored
