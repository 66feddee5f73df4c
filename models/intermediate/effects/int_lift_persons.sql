{%- set window = var('lift_window_hours') ~ " * interval '1' hour" -%}
{#- medium and campaign as they are, or all of them: a person counts once in each row of the mart -#}
{%- set scopes = [
    ('medium', 'campaign'),
    ('medium', "'(all)'"),
    ("'(all)'", 'campaign'),
    ("'(all)'", "'(all)'"),
] -%}
with sends as (
    select
        sends.record_key as send_key,
        identifier_sets.user_key,
        coalesce(sends.medium, '(none)') as medium,
        coalesce(sends.campaign, '(none)') as campaign,
        coalesce(sends.is_holdout, false) as is_holdout,
        -- who is held out gets nothing: when it would have been sent stands for the delivery
        coalesce(sends.delivered_at, sends.sent_at) as reached_at
    from {{ ref('int_outreach_sends_scoped') }} as sends
    inner join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
        on sends.identifier_set_key = identifier_sets.identifier_set_key
    where
        identifier_sets.user_key is not null
        and (sends.is_holdout or sends.delivered_at is not null)
),

orders as (
    select
        user_key,
        converted_at
    from {{ ref('int_conversions') }}
    where goal_code = 'order' and user_key is not null
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

scoped as (
    {%- for medium, campaign in scopes %}
    select
        {{ medium }} as medium,
        {{ campaign }} as campaign,
        user_key,
        send_key,
        is_holdout,
        reached_at
    from sends
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

numbered as (
    select
        *,
        row_number() over (
            partition by medium, campaign, user_key
            order by reached_at, send_key
        ) as send_number
    from scoped
),

-- what the first send came to: later ones may go to those who were held out at first, and the other way round
firsts as (
    select numbered.*
    from numbered
    cross join as_of
    where
        numbered.send_number = 1
        and numbered.reached_at + {{ window }} <= as_of.as_of
),

converted as (
    select distinct
        firsts.medium,
        firsts.campaign,
        firsts.user_key
    from firsts
    inner join orders
        on
            firsts.user_key = orders.user_key
            and firsts.reached_at < orders.converted_at
            and firsts.reached_at + {{ window }} >= orders.converted_at
)

select
    firsts.medium,
    firsts.campaign,
    firsts.user_key,
    firsts.is_holdout,
    firsts.reached_at,
    converted.user_key is not null as has_converted
from firsts
left join converted
    on
        firsts.medium = converted.medium
        and firsts.campaign = converted.campaign
        and firsts.user_key = converted.user_key
