{%- set as_double = 'cast({} as ' ~ double_type() ~ ')' -%}
{%- set parts = [
    'contacts', 'persons', 'credits', 'responses', 'complaints', 'scores',
] -%}
with contacts as (
    select
        touchpoint_code,
        period_type,
        period_start_date,
        cast(sum(contact_count) as bigint) as touch_count
    from {{ ref('int_contacts_counted') }}
    where period_type <> 'day'
    group by touchpoint_code, period_type, period_start_date
),

persons as (
    select * from {{ ref('int_touchpoint_persons_counted') }}
),

credits as (
    select * from {{ ref('int_touchpoint_credits_counted') }}
),

credit_totals as (
    select
        period_type,
        period_start_date,
        sum(conversions) as conversions
    from credits
    group by period_type, period_start_date
),

responses as (
    select * from {{ ref('int_touchpoint_responses_counted') }}
),

complaints as (
    select * from {{ ref('int_touchpoint_complaints_counted') }}
),

scores as (
    select * from {{ ref('int_touchpoint_scores_counted') }}
),

-- no row for an order's period in which the touchpoint shows nothing
cells as (
    {%- for part in parts if part != 'complaints' %}
    select
        touchpoint_code,
        period_type,
        period_start_date
    from {{ part }}
    {{ 'union' if not loop.last }}
    {%- endfor %}
),

goals as (
    select * from {{ ref('goals') }}
    where goal_code = '{{ var("scorecard_goal") }}' and {{ of_this_industry() }}
),

bounds as (
    select
        {{ business_date('min(occurred_at)') }} as first_date,
        {{ business_date('min(as_of.as_of)') }} as as_of_date
    from {{ ref('int_touchpoints_sessionised') }}
    cross join {{ ref('int_as_of') }} as as_of
),

dated as (
    select
        cells.*,
        {{ date_after_period('cells.period_type', 'cells.period_start_date') }}
            as next_start_date
    from cells
)

select
    dated.touchpoint_code,
    dated.period_type,
    dated.period_start_date,
    -- the period has been seen from its first day to its last
    coalesce(
        dated.period_start_date >= bounds.first_date
        and dated.next_start_date <= bounds.as_of_date,
        dated.period_type = 'all'
    ) as is_complete,
    coalesce(
        dated.next_start_date + goals.lookback_days * interval '1' day
        <= bounds.as_of_date,
        dated.period_type = 'all'
    ) as is_conversion_mature,
    coalesce(contacts.touch_count, 0) as touch_count,
    coalesce(persons.person_count, 0) as person_count,
    coalesce(persons.matured_person_count, 0) as matured_person_count,
    coalesce(persons.converted_person_count, 0) as converted_person_count,
    coalesce(persons.interested_person_count, 0) as interested_person_count,
    coalesce(credits.conversions, 0) as contribution_conversions,
    coalesce(credits.value, 0) as contribution_value,
    {{ as_double.format('coalesce(credits.conversions, 0)') }}
    / nullif({{ as_double.format('credit_totals.conversions') }}, 0)
        as contribution_share,
    {%- for count in [
        'csat_response', 'csat_satisfied', 'nps_response', 'nps_promoter',
        'nps_detractor', 'ces_response', 'complaint', 'text',
    ] %}
    coalesce(scores.{{ count }}_count, 0) as {{ count }}_count,
    {%- endfor %}
    scores.ces_mean,
    scores.ces_margin,
    scores.sentiment_mean,
    scores.sentiment_margin,
    coalesce(responses.request_count, 0) as request_count,
    {{ ended_wait('responses.median_response_seconds') }}
        as median_first_response_seconds,
    coalesce(complaints.complaint_count, 0) as complaint_cohort_count,
    coalesce(complaints.order_count, 0) as complaint_order_count,
    coalesce(complaints.is_mature, false) as is_complaint_mature,
    complaints.mature_order_count,
    complaints.complaint_rate as complaint_ratio,
    complaints.spread
from dated
cross join goals
cross join bounds
{%- for part in parts %}
left join {{ part }}
    on
        dated.touchpoint_code = {{ part }}.touchpoint_code
        and dated.period_type = {{ part }}.period_type
        and dated.period_start_date is not distinct from {{ part }}.period_start_date
{%- endfor %}
left join credit_totals
    on
        dated.period_type = credit_totals.period_type
        and dated.period_start_date
        is not distinct from credit_totals.period_start_date
