{%- set counts = [
    'touch_count', 'person_count', 'contribution_conversions', 'complaint_count',
] -%}
{%- set measures = [
    'conversion_rate', 'intent_rate', 'csat', 'nps', 'ces', 'mean_sentiment',
    'median_first_response_seconds', 'complaint_rate',
] -%}
with figures as (
    select
        *,
        case when is_conversion_mature then matured_person_count end
            as settled_person_count
    from {{ ref('int_touchpoint_figures') }}
),

published as (
    select
        touchpoint_code,
        period_type,
        period_start_date,
        is_complete,
        touch_count,
        person_count,
        matured_person_count,
        is_conversion_mature,
        converted_person_count,
        {{ published_share(
            'conversion_rate', 'converted_person_count', 'settled_person_count'
        ) }},
        interested_person_count,
        {{ published_share(
            'intent_rate', 'interested_person_count', 'settled_person_count'
        ) }},
        contribution_conversions,
        contribution_value,
        contribution_share,
        csat_response_count,
        csat_satisfied_count,
        {{ published_share('csat', 'csat_satisfied_count', 'csat_response_count') }},
        nps_response_count,
        nps_promoter_count,
        nps_detractor_count,
        {{ published_nps(
            'nps', 'nps_promoter_count', 'nps_detractor_count', 'nps_response_count'
        ) }},
        ces_response_count,
        {{ published_mean('ces', 'ces', 'ces_response_count', [1, 7]) }},
        text_count,
        {{ published_mean('mean_sentiment', 'sentiment', 'text_count', [-1, 1]) }},
        request_count,
        {{ published('median_first_response_seconds', 'request_count') }}
            as median_first_response_seconds,
        complaint_count,
        complaint_cohort_count,
        complaint_order_count,
        is_complaint_mature,
        {{ published('complaint_ratio', 'mature_order_count') }} as complaint_rate,
        {{ published(
            poisson_low('complaint_cohort_count', 'mature_order_count', 'spread'),
            'mature_order_count'
        ) }} as complaint_rate_low,
        {{ published(
            poisson_high('complaint_cohort_count', 'mature_order_count', 'spread'),
            'mature_order_count'
        ) }} as complaint_rate_high,
        {% for size in [
            'coalesce(settled_person_count, 0)', 'csat_response_count',
            'nps_response_count', 'ces_response_count', 'text_count', 'request_count',
            'coalesce(mature_order_count, 0)',
        ] -%}
        {{ size }} between 1 and {{ var('min_sample') }} - 1
        {%- if not loop.last %} or {% endif -%}
        {%- endfor %} as is_suppressed
    from figures
),

-- the row before it is that of the period before it, unless the touchpoint was silent in between
paired as (
    select
        *,
        {%- for figure in counts + measures %}
        lag({{ figure }}) over in_time as previous_{{ figure }},
        {%- endfor %}
        coalesce(
            is_complete
            and lag(is_complete) over in_time
            and lag(period_start_date) over in_time
            = {{ date_of_period_before('period_type', 'period_start_date') }},
            false
        ) as is_paired
    from published
    window in_time as (
        partition by touchpoint_code, period_type
        order by period_start_date
    )
)

select
    {%- for figure in counts %}
    case
        when is_paired
            then
                cast({{ figure }} as {{ double_type() }})
                / nullif(cast(previous_{{ figure }} as {{ double_type() }}), 0) - 1
    end as {{ figure }}_change,
    {%- endfor %}
    {%- for figure in measures %}
    case when is_paired then {{ figure }} - previous_{{ figure }} end
        as {{ figure }}_change,
    {%- endfor %}
    *
from paired
