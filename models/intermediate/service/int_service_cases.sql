{%- set first = ['contacts.contact_number'] -%}
with contacts as (
    select
        *,
        min(closed_at) over (
            partition by case_key
            order by contact_number
            rows between unbounded preceding and 1 preceding
        ) as closed_before_at,
        max(opened_at) over (partition by case_key) as last_contact_at
    from {{ ref('int_contacts_linked') }}
),

orders as (
    select
        order_key,
        ordered_date,
        gross_amount,
        region
    from {{ ref('int_orders_converted') }}
),

persons as (
    select
        user_key,
        region
    from {{ ref('int_user_attributes') }}
),

ratings as (
    select * from {{ ref('int_scores_scaled') }}
    where score_scaled is not null
),

last_ratings as (
    select
        contacts.case_key,
        ratings.score,
        ratings.is_satisfied,
        row_number() over (
            partition by contacts.case_key
            order by ratings.answered_at desc, ratings.record_key desc
        ) as rating_number
    from contacts
    inner join ratings on contacts.record_key = ratings.record_key
),

cases as (
    select
        contacts.case_group_key,
        contacts.case_key,
        max(contacts.user_key) as user_key,
        min(contacts.category_code) as category_code,
        min(contacts.opened_at) as opened_at,
        max(contacts.opened_at) as last_contact_at,
        count(*) as contact_count,
        count(case when contacts.contact_kind = 'ticket' then 1 end) as ticket_count,
        count(case when contacts.contact_kind = 'call' then 1 end) as call_count,
        {{ value_at_first('contacts.contact_kind', first) }} as contact_kind,
        {{ value_at_first('contacts.touchpoint_code', first) }} as touchpoint_code,
        {{ value_at_first('contacts.channel_code', first) }} as channel_code,
        {{ value_at_first('contacts.region', first) }} as contact_region,
        max(contacts.order_key) as order_key,
        max(
            case when contacts.is_flagged then 1 when not contacts.is_flagged then 0 end
        ) as flag,
        max(case when contacts.is_measured then 1 else 0 end) as is_measured,
        min(case when contacts.is_measured then contacts.answered_at end)
            as answered_at,
        min(contacts.bot_answered_at) as bot_answered_at,
        min(
            case
                when contacts.closed_at >= contacts.last_contact_at
                    then contacts.closed_at
            end
        ) as resolved_at,
        count(
            case when contacts.closed_before_at <= contacts.opened_at then 1 end
        ) as reopen_count
    from contacts
    group by contacts.case_group_key, contacts.case_key
)

select
    cases.*,
    coalesce(cases.contact_region, orders.region, persons.region) as region,
    orders.ordered_date,
    orders.gross_amount as order_value,
    last_ratings.score as rating,
    last_ratings.is_satisfied
from cases
left join orders on cases.order_key = orders.order_key
left join persons on cases.user_key = persons.user_key
left join last_ratings
    on cases.case_key = last_ratings.case_key and last_ratings.rating_number = 1
