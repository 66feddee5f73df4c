with invitations as (
    select * from {{ ref('stg_survey__invitations') }}
),

out_of_scope as (
    select * from {{ ref('int_records_out_of_scope') }}
),

answers as (
    select responses.invitation_id
    from {{ ref('stg_survey__responses') }} as responses
    left join out_of_scope on responses.record_key = out_of_scope.record_key
    where responses.invitation_id is not null and out_of_scope.record_key is null
    group by responses.invitation_id
),

-- an export without any word on delivery lists what was delivered
word_on_delivery as (
    select count(delivered_at) as delivered_count
    from invitations
),

definitions as (
    select * from {{ ref('touchpoints') }}
    where {{ of_this_industry() }}
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

persons as (
    select
        user_key,
        region
    from {{ ref('int_user_attributes') }}
)

select
    invitations.record_key,
    coalesce(definitions.touchpoint_code, 'survey_answer') as touchpoint_code,
    coalesce(definitions.channel_code, 'survey') as channel_code,
    coalesce(persons.region, '(unknown)') as region,
    {{ business_date('coalesce(invitations.delivered_at, invitations.sent_at)') }}
        as delivered_date,
    answers.invitation_id is not null as is_answered
from invitations
cross join word_on_delivery
left join out_of_scope on invitations.record_key = out_of_scope.record_key
left join answers on invitations.invitation_id = answers.invitation_id
left join definitions on invitations.touchpoint_code = definitions.touchpoint_code
left join identifier_sets
    on invitations.identifier_set_key = identifier_sets.identifier_set_key
left join persons on identifier_sets.user_key = persons.user_key
where
    out_of_scope.record_key is null
    and (
        invitations.delivered_at is not null
        -- what was answered has arrived
        or answers.invitation_id is not null
        or word_on_delivery.delivered_count = 0
    )
