-- what persons are as of now is joined to persons, not to each of their entries
with persons as (
    select distinct user_key from {{ ref('int_funnel_outcomes') }}
),

attributes as (
    select * from {{ ref('int_user_attributes') }}
),

rfm as (
    select * from {{ ref('int_person_rfm') }}
),

lifecycles as (
    select * from {{ ref('int_person_lifecycles') }}
),

unscored as (
    select segment_code from {{ ref('rfm_segments') }}
    where {{ of_this_industry() }} and recency_from is null
),

described as (
    select
        persons.user_key,
        attributes.customer_tier,
        coalesce(rfm.rfm_segment_code, unscored.segment_code) as rfm_segment_code,
        lifecycles.lifecycle_stage
    from persons
    cross join unscored
    left join attributes on persons.user_key = attributes.user_key
    left join rfm on persons.user_key = rfm.user_key
    left join lifecycles on persons.user_key = lifecycles.user_key
)

select
    *,
    {{ row_hash(['customer_tier', 'rfm_segment_code', 'lifecycle_stage']) }}
        as person_hash
from described
