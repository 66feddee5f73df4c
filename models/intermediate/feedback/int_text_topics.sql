with terms as (
    select * from {{ ref('int_text_terms') }}
    where is_keyword
),

topic_rules as (
    select * from {{ ref('topic_rules') }}
    where {{ of_this_industry() }}
),

topics as (
    select * from {{ ref('topics') }}
    where {{ of_this_industry() }}
),

weighed as (
    select
        terms.text_key,
        topic_rules.topic_code,
        sum(topic_rules.weight) as topic_weight
    from terms
    inner join topic_rules on terms.term = topic_rules.keyword
    group by terms.text_key, topic_rules.topic_code
),

ranked as (
    select
        weighed.text_key,
        weighed.topic_code,
        row_number() over (
            partition by weighed.text_key
            order by
                weighed.topic_weight desc,
                topics.priority asc,
                weighed.topic_code asc
        ) as topic_number
    from weighed
    inner join topics on weighed.topic_code = topics.topic_code
)

select
    text_key,
    topic_code
from ranked
where topic_number = 1
