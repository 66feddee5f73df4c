{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_partition_inputs'), 'partition_key') }}",
    post_hook="{{ remember_inputs(ref('int_partition_inputs')) }}"
) }}
with identifier_sets as (
    select * from {{ ref('int_set_inputs') }}
    where {{ is_affected('partition_key') }}
),

touchpoints as (
    select
        touchpoints.*,
        identifier_sets.profile_key,
        {{ partition_key(
            'identifier_sets.profile_key', 'touchpoints.identifier_set_key',
            'touchpoints.record_key'
        ) }} as partition_key,
        -- an interaction without a profile is a session of its own
        case
            when identifier_sets.profile_key is null then touchpoints.touchpoint_key
            else {{ row_hash(
                ['touchpoints.channel_code', 'identifier_sets.profile_key']
            ) }}
        end as lane_key
    from {{ ref('int_touchpoints_named') }} as touchpoints
    left join identifier_sets
        on touchpoints.identifier_set_key = identifier_sets.identifier_set_key
    where
        touchpoints.identifier_set_key is null
        or identifier_sets.identifier_set_key is not null
),

affected as (
    select * from touchpoints
    where {{ is_affected('partition_key') }}
),

after_previous as (
    select
        *,
        {%- if var('session_breaks_on_campaign') %}
        lag(campaign) over lane as previous_campaign,
        {%- endif %}
        lag(occurred_at) over lane as previous_at
    from affected
    window lane as (
        partition by lane_key
        order by occurred_at, touchpoint_key
    )
),

gapped as (
    select
        *,
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

shared_profiles as (
    select * from {{ ref('int_shared_profiles') }}
),

set_logins as (
    select * from {{ ref('int_set_logins') }}
),

-- only profiles that were seen with several logins can pass from one person to another
visits as (
    select
        gapped.touchpoint_key,
        gapped.lane_key,
        gapped.occurred_at,
        gapped.identifier_set_key,
        gapped.profile_key,
        shared_profiles.identifier_type,
        sum(case when gapped.is_after_gap then 1 else 0 end) over (
            partition by gapped.lane_key, shared_profiles.identifier_type
            order by gapped.occurred_at, gapped.touchpoint_key
            rows between unbounded preceding and current row
        ) as visit_number
    from gapped
    inner join shared_profiles on gapped.profile_key = shared_profiles.profile_key
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
    inner join set_logins
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
        gapped.*,
        gapped.is_after_gap or changes_of_person.touchpoint_key is not null as is_entry
    from gapped
    left join changes_of_person
        on gapped.touchpoint_key = changes_of_person.touchpoint_key
)

select
    touchpoint_key,
    {{ carry_forward('case when is_entry then touchpoint_key end', 'lane') }}
        as session_key,
    is_entry,
    lead(is_entry, 1, true) over lane as is_exit,
    partition_key,
    record_key,
    occurred_at,
    event_key,
    unmapped_event,
    identifier_set_key,
    profile_key,
    order_key,
    item_id,
    campaign,
    region
from started
window lane as (
    partition by lane_key
    order by occurred_at, touchpoint_key
)
