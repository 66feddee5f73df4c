{#- What people wrote, as it landed: a view, because texts and identifiers are kept in staging alone. A new kind of text
    is one more branch. -#}
{%- set sources = [
    ['review', 'stg_ecommerce__reviews', 'review_text', 'occurred_at', ['buyer_id', 'order_no']],
    ['social_comment', 'stg_social__engagements', 'comment_text', 'occurred_at',
        ['platform_user_id', 'member_no', 'phone']],
    ['official_account', 'stg_wechat_oa__interactions', 'comment_text', 'occurred_at',
        ['openid', 'unionid', 'phone']],
    ['community_post', 'stg_community__posts', 'post_text', 'occurred_at',
        ['openid', 'unionid', 'member_no', 'phone']],
    ['ticket', 'stg_service__tickets', 'coalesce(ticket_text, subject)', 'opened_at',
        ['openid', 'unionid', 'member_no', 'phone', 'email', 'order_no']],
    ['call', 'stg_hotline__calls', 'call_text', 'called_at', ['phone', 'order_no']],
    ['follow_up', 'stg_his__follow_ups', 'follow_up_text', 'done_at', ['patient_no', 'phone']],
    ['lesson', 'stg_academic__lessons', 'lesson_text', 'occurred_at', ['student_no']],
] -%}
{%- set no_text = 'cast(null as ' ~ text_type() ~ ')' -%}
{{ config(materialized='view') }}
with survey_comments as (
    select
        judged.record_key,
        judged.touchpoint_code,
        judged.region,
        judged.identifier_set_key,
        judged.answered_at,
        judged.order_no,
        responses.openid,
        responses.member_no,
        responses.phone,
        responses.email,
        responses.comment_text
    from {{ ref('int_survey_responses_identified') }} as judged
    inner join {{ ref('stg_survey__responses') }} as responses
        on judged.record_key = responses.record_key
)

{% for kind, relation, written, moment, numbers in sources -%}
select
    record_key,
    '{{ kind }}' as text_kind,
    {{ no_text }} as touchpoint_code,
    {{ 'region' if kind in ['ticket', 'call'] else no_text }} as region,
    identifier_set_key,
    {{ moment }} as answered_at,
    {{ written }} as raw_text,
    {{ own_number_columns(numbers) }}
from {{ ref(relation) }}
where {{ written }} is not null
union all
{% endfor -%}
select
    record_key,
    'customer_message' as text_kind,
    {{ no_text }} as touchpoint_code,
    region,
    identifier_set_key,
    sent_at as answered_at,
    message_text as raw_text,
    {{ own_number_columns(['order_no']) }}
from {{ ref('int_messages_identified') }}
where sender = 'customer' and message_text is not null
union all
select
    record_key,
    'survey_comment' as text_kind,
    touchpoint_code,
    region,
    identifier_set_key,
    answered_at,
    comment_text as raw_text,
    {{ own_number_columns(['openid', 'member_no', 'phone', 'email', 'order_no']) }}
from survey_comments
where comment_text is not null
