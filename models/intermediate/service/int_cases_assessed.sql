with cases as (
    select * from {{ ref('int_service_cases') }}
),

assignments as (
    select * from {{ ref('int_case_assignments') }}
),

moments as (
    select * from {{ ref('int_case_moments') }}
),

categories as (
    select * from {{ ref('case_categories') }}
    where {{ of_this_industry() }}
),

definitions as (
    select * from {{ ref('touchpoints') }}
    where {{ of_this_industry() }}
),

priorities as (
    select * from {{ ref('case_priorities') }}
    where {{ of_this_industry() }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

timed as (
    select
        cases.*,
        coalesce(categories.touchpoint_code, cases.touchpoint_code)
            as about_touchpoint_code,
        assignments.is_complaint,
        assignments.priority,
        assignments.assigned_queue,
        assignments.matched_rules,
        priorities.first_response_seconds as response_target_seconds,
        priorities.resolution_seconds as resolution_target_seconds,
        priorities.response_clock,
        case
            when cases.is_measured = 0 then 'unmeasured'
            when cases.answered_at is null then 'unanswered'
            else 'answered'
        end as response_status,
        {{ seconds_between('cases.opened_at', 'cases.answered_at') }}
            as first_response_seconds,
        moments.answered_worked_seconds - moments.opened_worked_seconds
            as first_response_business_seconds,
        {{ seconds_between('cases.opened_at', 'cases.bot_answered_at') }}
            as first_bot_response_seconds,
        {{ seconds_between('cases.opened_at', 'cases.resolved_at') }}
            as resolution_seconds,
        moments.resolved_worked_seconds - moments.opened_worked_seconds
            as resolution_business_seconds,
        {{ seconds_between('cases.opened_at', 'as_of.as_of') }} as age_seconds,
        moments.as_of_worked_seconds - moments.opened_worked_seconds
            as age_business_seconds
    from cases
    inner join assignments on cases.case_key = assignments.case_key
    left join moments on cases.case_key = moments.case_key
    left join categories on cases.category_code = categories.category_code
    left join priorities on assignments.priority = priorities.priority
    cross join as_of
),

on_their_clock as (
    select
        *,
        case
            when response_clock = 'business' then first_response_business_seconds
            else first_response_seconds
        end as response_clock_seconds,
        case
            when response_clock = 'business' then resolution_business_seconds
            else resolution_seconds
        end as resolution_clock_seconds,
        case
            when response_clock = 'business' then age_business_seconds
            else age_seconds
        end as age_clock_seconds
    from timed
)

select
    cases.case_group_key,
    cases.case_key,
    cases.user_key,
    cases.order_key,
    cases.opened_at,
    {{ business_date('cases.opened_at') }} as opened_date,
    -- the day of the order that a complaint is held against
    coalesce(cases.ordered_date, {{ business_date('cases.opened_at') }}) as cohort_date,
    cases.last_contact_at,
    cases.contact_count,
    cases.ticket_count,
    cases.call_count,
    cases.contact_kind,
    cases.touchpoint_code,
    cases.channel_code,
    cases.region,
    cases.category_code,
    cases.about_touchpoint_code,
    definitions.channel_code as about_channel_code,
    cases.priority,
    cases.assigned_queue,
    cases.matched_rules,
    cases.is_complaint,
    cases.response_status,
    cases.first_response_seconds,
    cases.first_response_business_seconds,
    cases.first_bot_response_seconds,
    cases.response_target_seconds,
    -- unanswered is a miss once the time has passed, and not before
    case
        when cases.response_status = 'answered'
            then cases.response_clock_seconds <= cases.response_target_seconds
        when
            cases.response_status = 'unanswered'
            and cases.age_clock_seconds > cases.response_target_seconds
            then false
    end as is_first_response_in_sla,
    cases.resolved_at is not null as is_resolved,
    cases.resolution_seconds,
    cases.resolution_business_seconds,
    case
        when cases.resolved_at is not null
            then cases.resolution_clock_seconds <= cases.resolution_target_seconds
        when
            cases.response_status <> 'unmeasured'
            and cases.age_clock_seconds > cases.resolution_target_seconds
            then false
    end as is_resolution_in_sla,
    cases.reopen_count,
    cases.rating,
    cases.is_satisfied
from on_their_clock as cases
left join definitions on cases.about_touchpoint_code = definitions.touchpoint_code
