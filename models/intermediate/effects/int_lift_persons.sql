{%- set window = var('lift_window_hours') ~ " * interval '1' hour" -%}
{#- any medium and campaign, or all of them: a person counts once in each row of the mart -#}
{%- set wider_scopes = [('medium', none), (none, 'campaign'), (none, none)] -%}
{%- set first_columns = ['send_key', 'goal_code', 'is_holdout', 'has_converted'] -%}
-- a campaign may be called anything: one that is called like the rows of all is none
with sends as (
    select
        send_key,
        user_key,
        coalesce(nullif(medium, '(all)'), '(none)') as medium,
        coalesce(nullif(campaign, '(all)'), '(none)') as campaign,
        goal_code,
        is_holdout,
        reached_at
    from {{ ref('int_sends_reached') }}
),

conversions as (
    select * from {{ ref('int_conversions') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

converted as (
    select distinct sends.send_key
    from sends
    inner join conversions
        on
            sends.user_key = conversions.user_key
            and sends.goal_code = conversions.goal_code
            and sends.reached_at < conversions.converted_at
            and sends.reached_at + {{ window }} >= conversions.converted_at
),

judged as (
    select
        sends.*,
        converted.send_key is not null as has_converted
    from sends
    left join converted on sends.send_key = converted.send_key
),

-- what the first send came to: later ones may go to those who were held out at first, and the other way round
firsts as (
    select
        medium,
        campaign,
        user_key,
        {%- for column in first_columns %}
        {{ value_at_earliest(column, 'reached_at', 'send_key') }} as {{ column }},
        {%- endfor %}
        min(reached_at) as reached_at
    from judged
    group by medium, campaign, user_key
),

-- the first of several is the first of their firsts
scoped as (
    select * from firsts
    {%- for medium, campaign in wider_scopes %}
    union all
    select
        {{ medium or "'(all)'" }} as medium,
        {{ campaign or "'(all)'" }} as campaign,
        user_key,
        {%- for column in first_columns %}
        {{ value_at_earliest(column, 'reached_at', 'send_key') }} as {{ column }},
        {%- endfor %}
        min(reached_at) as reached_at
    from firsts
    group by {{ (medium ~ ', ') if medium }}{{ (campaign ~ ', ') if campaign }}user_key
    {%- endfor %}
)

select
    scoped.medium,
    scoped.campaign,
    scoped.user_key,
    scoped.goal_code,
    scoped.is_holdout,
    scoped.reached_at,
    scoped.has_converted
from scoped
cross join as_of
where scoped.reached_at + {{ window }} <= as_of.as_of
