{%- set no_text = 'cast(null as ' ~ text_type() ~ ')' -%}
{%- set no_time = 'cast(null as timestamp)' -%}
with touchpoints as (
    select * from {{ ref('int_touchpoints_resolved') }}
),

tickets as (
    select * from {{ ref('stg_service__tickets') }}
),

kinds_answered as (
    select * from {{ ref('int_kinds_answered') }}
),

-- the bot's answers apart: a reply is a person's
replies as (
    select
        messages.ticket_id,
        min(case when messages.sender = 'agent' then messages.sent_at end)
            as agent_sent_at,
        min(case when messages.sender = 'bot' then messages.sent_at end) as bot_sent_at
    from {{ ref('stg_service__messages') }} as messages
    inner join tickets on messages.ticket_id = tickets.ticket_id
    where messages.sent_at >= tickets.opened_at
    group by messages.ticket_id
),

message_hashes as (
    select
        ticket_id,
        {{ sum_of_hashes(['record_hash']) }} as input_hash
    from {{ ref('stg_service__messages') }}
    group by ticket_id
),

contacts as (
    select
        tickets.record_key,
        {{ row_hash(['tickets.record_hash', 'message_hashes.input_hash']) }}
            as input_hash,
        'ticket' as contact_kind,
        '(all)' as contact_type,
        tickets.order_no,
        lower(tickets.source_category) as source_category,
        cast(null as {{ text_type() }}) as source_queue,
        tickets.is_complaint as is_flagged,
        case
            when coalesce(tickets.first_responder, 'agent') <> 'bot'
                then tickets.first_response_at
        end as stated_reply_at,
        replies.agent_sent_at,
        case
            when tickets.first_responder = 'bot' then tickets.first_response_at
        end as stated_bot_reply_at,
        replies.bot_sent_at,
        tickets.resolved_at as stated_closed_at
    from tickets
    left join replies on tickets.ticket_id = replies.ticket_id
    left join message_hashes on tickets.ticket_id = message_hashes.ticket_id
    {%- for kind, own in [
        ('call', {
            'rows': ref('stg_hotline__calls'), 'order_no': 'order_no',
            'queue': 'lower(queue)', 'flag': 'is_complaint', 'reply': 'answered_at',
            'closed': 'case when answered_at is not null then ended_at end',
        }),
        ('enquiry', {
            'rows': ref('stg_crm__activities'), 'type': 'activity_type',
            'order_no': 'order_no', 'reply': 'responded_at',
        }),
        ('comment', {'rows': ref('stg_social__engagements'), 'text': 'comment_text'}),
        ('comment', {
            'rows': ref('stg_wechat_oa__interactions'), 'text': 'comment_text'
        }),
        ('post', {'rows': ref('stg_community__posts'), 'text': 'post_text'}),
    ] %}
    union all
    select
        record_key,
        record_hash as input_hash,
        '{{ kind }}' as contact_kind,
        {{ own.type | default("'(all)'") }} as contact_type,
        {{ own.order_no | default(no_text) }} as order_no,
        {{ no_text }} as source_category,
        {{ own.queue | default(no_text) }} as source_queue,
        {{ own.flag | default('cast(null as boolean)') }} as is_flagged,
        {{ own.reply | default(no_time) }} as stated_reply_at,
        {{ no_time }} as agent_sent_at,
        {{ no_time }} as stated_bot_reply_at,
        {{ no_time }} as bot_sent_at,
        {{ own.closed | default(no_time) }} as stated_closed_at
    from {{ own.rows }}
    where {{ own.text | default('record_key') }} is not null
    {%- endfor %}
),

contacts_told as (
    select
        contacts.*,
        kinds_answered.contact_kind is not null as has_reply_record
    from contacts
    left join kinds_answered
        on
            contacts.contact_kind = kinds_answered.contact_kind
            and contacts.contact_type = kinds_answered.contact_type
)

select
    contacts.record_key,
    {{ row_hash(['contacts.input_hash', 'contacts.has_reply_record']) }} as input_hash,
    coalesce(touchpoints.user_key, contacts.record_key) as case_group_key,
    touchpoints.user_key,
    contacts.contact_kind,
    touchpoints.touchpoint_code,
    touchpoints.channel_code,
    touchpoints.region,
    touchpoints.order_key,
    -- an order that is not known still tells what the contact is about
    coalesce(touchpoints.order_key, {{ keyed_hash('contacts.order_no') }})
        as order_reference_key,
    contacts.source_category,
    contacts.source_queue,
    contacts.is_flagged,
    touchpoints.occurred_at as opened_at,
    -- a reply before the question is none, and such a contact tells no waiting time
    least(
        case
            when contacts.stated_reply_at >= touchpoints.occurred_at
                then contacts.stated_reply_at
        end,
        contacts.agent_sent_at
    ) as answered_at,
    contacts.has_reply_record
    and (
        contacts.agent_sent_at is not null
        or contacts.stated_reply_at is null
        or contacts.stated_reply_at >= touchpoints.occurred_at
    ) as is_measured,
    least(
        case
            when contacts.stated_bot_reply_at >= touchpoints.occurred_at
                then contacts.stated_bot_reply_at
        end,
        contacts.bot_sent_at
    ) as bot_answered_at,
    case
        when contacts.stated_closed_at >= touchpoints.occurred_at
            then contacts.stated_closed_at
    end as closed_at
from contacts_told as contacts
inner join touchpoints on contacts.record_key = touchpoints.touchpoint_key
