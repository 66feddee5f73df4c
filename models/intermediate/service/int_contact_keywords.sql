{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_case_inputs'), 'case_group_key') }}",
    post_hook="{{ remember_inputs(ref('int_case_inputs')) }}"
) }}
with contacts as (
    select
        case_group_key,
        record_key
    from {{ ref('int_contacts_recorded') }}
    where {{ is_affected('case_group_key') }}
),

keywords as (
    select distinct condition_value as keyword
    from {{ ref('case_rules') }}
    where condition_type = 'keyword' and {{ of_this_industry() }}
),

tickets as (
    select * from {{ ref('stg_service__tickets') }}
),

pieces as (
    select
        record_key,
        lower(subject) as piece
    from tickets
    union all
    select
        record_key,
        lower(ticket_text) as piece
    from tickets
    union all
    select
        tickets.record_key,
        lower(messages.message_text) as piece
    from {{ ref('stg_service__messages') }} as messages
    inner join tickets on messages.ticket_id = tickets.ticket_id
    where messages.sender = 'customer'
    union all
    select
        record_key,
        lower(call_text) as piece
    from {{ ref('stg_hotline__calls') }}
    union all
    select
        record_key,
        lower(comment_text) as piece
    from {{ ref('stg_social__engagements') }}
    union all
    select
        record_key,
        lower(comment_text) as piece
    from {{ ref('stg_wechat_oa__interactions') }}
    union all
    select
        record_key,
        lower(post_text) as piece
    from {{ ref('stg_community__posts') }}
),

contact_pieces as (
    select
        contacts.case_group_key,
        contacts.record_key,
        pieces.piece
    from contacts
    inner join pieces on contacts.record_key = pieces.record_key
    where pieces.piece is not null
),

-- the same words are written often: each text is read once
texts as (
    select distinct piece
    from contact_pieces
),

found as (
    select
        texts.piece,
        keywords.keyword
    from texts
    inner join keywords on position(keywords.keyword in texts.piece) > 0
)

select distinct
    contact_pieces.case_group_key,
    contact_pieces.record_key,
    found.keyword
from contact_pieces
inner join found on contact_pieces.piece = found.piece
