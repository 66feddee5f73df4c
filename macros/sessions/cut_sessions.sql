{#- Select of touchpoints with their sessions: touchpoint_key, session_key (the key of the first), is_entry, is_exit. A session
    of a local identity on one channel (lane_key) ends with a gap, as settings say at midnight or with another campaign, and
    where a shared profile passes from one login to another. `touchpoints`: a CTE with touchpoint_key, lane_key, occurred_at,
    identifier_set_key, profile_key and campaign. -#}
{%- macro cut_sessions(touchpoints) -%}
with lanes as (
    select
        lane_key,
        occurred_at,
        touchpoint_key
        {%- if var('session_breaks_on_campaign') %},
        campaign
        {%- endif %}
    from {{ touchpoints }}
),

after_previous as (
    select
        *,
        {%- if var('session_breaks_on_campaign') %}
        lag(campaign) over lane as previous_campaign,
        {%- endif %}
        lag(occurred_at) over lane as previous_at
    from lanes
    window lane as (
        partition by lane_key
        order by occurred_at, touchpoint_key
    )
),

gapped as (
    select
        lane_key,
        occurred_at,
        touchpoint_key,
        previous_at is null
        or occurred_at
        > previous_at + interval '{{ var("session_gap_minutes") }}' minute
        {%- if var('session_breaks_on_campaign') %}
        or (campaign is not null and campaign is distinct from previous_campaign)
        {%- endif %}
        {%- if var('session_breaks_at_midnight') %}
        or {{ business_date('occurred_at') }} <> {{ business_date('previous_at') }}
        {%- endif %}
            as is_after_gap
    from after_previous
),

-- only profiles that were seen with several logins can pass from one person to another
shared_touchpoints as (
    select
        touchpoints.touchpoint_key,
        touchpoints.identifier_set_key,
        touchpoints.profile_key,
        shared_profiles.identifier_type
    from {{ touchpoints }} as touchpoints
    inner join {{ ref('int_shared_profiles') }} as shared_profiles
        on touchpoints.profile_key = shared_profiles.profile_key
),

visits as (
    select
        shared_touchpoints.*,
        gapped.lane_key,
        gapped.occurred_at,
        sum(case when gapped.is_after_gap then 1 else 0 end) over (
            partition by gapped.lane_key, shared_touchpoints.identifier_type
            order by gapped.occurred_at, gapped.touchpoint_key
            rows between unbounded preceding and current row
        ) as visit_number
    from shared_touchpoints
    inner join gapped on shared_touchpoints.touchpoint_key = gapped.touchpoint_key
),

logins_compared as (
    select
        visits.touchpoint_key,
        set_logins.identifier_key,
        lag(set_logins.identifier_key) over (
            partition by visits.lane_key, visits.identifier_type, visits.visit_number
            order by visits.occurred_at, visits.touchpoint_key
        ) as previous_identifier_key
    from visits
    inner join {{ ref('int_set_logins') }} as set_logins
        on
            visits.identifier_set_key = set_logins.identifier_set_key
            and visits.identifier_type = set_logins.identifier_type
            and visits.profile_key <> set_logins.identifier_key
),

changes_of_person as (
    select distinct touchpoint_key
    from logins_compared
    where identifier_key <> previous_identifier_key
),

started as (
    select
        gapped.lane_key,
        gapped.occurred_at,
        gapped.touchpoint_key,
        gapped.is_after_gap or changes_of_person.touchpoint_key is not null as is_entry
    from gapped
    left join changes_of_person
        on gapped.touchpoint_key = changes_of_person.touchpoint_key
)

select
    touchpoint_key,
    is_entry,
    {{ carry_forward('case when is_entry then touchpoint_key end', 'lane') }}
        as session_key,
    lead(is_entry, 1, true) over lane as is_exit
from started
window lane as (
    partition by lane_key
    order by occurred_at, touchpoint_key
)
{%- endmacro -%}
