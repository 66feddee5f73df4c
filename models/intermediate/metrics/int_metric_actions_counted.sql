{#- To add a metric whose counts add up over channels: one more entry here, one row in metric_definitions, no change
    further on. (metric, model, person, numerator, condition on the rows that count) Persons are kept apart only where
    they count once or their spread is asked for. -#}
{%- set nobody = 'cast(null as bigint)' -%}
{%- set metrics = [
    ('visit_depth', 'int_sessions_measured', 'unit_key', 'page_view_count',
        'page_view_count is not null'),
    ('visit_depth_deep_share', 'int_sessions_measured', nobody,
        'case when page_view_count >= ' ~ var('deep_visit_pages') ~ ' then 1 else 0 end',
        'page_view_count is not null'),
    ('session_conversion', 'int_sessions_measured', nobody,
        'case when has_conversion then 1 else 0 end', '1 = 1'),
    ('session_order_rate', 'int_sessions_measured', nobody,
        'case when has_order then 1 else 0 end', '1 = 1'),
    ('search_conversion', 'int_search_episodes', nobody,
        'case when has_clicked_order then 1 else 0 end', 'is_mature'),
    ('search_conversion_any_order', 'int_search_episodes', nobody,
        'case when has_any_order then 1 else 0 end', 'is_mature'),
    ('search_zero_result_rate', 'int_search_episodes', nobody,
        'case when has_no_result then 1 else 0 end', 'has_no_result is not null'),
    ('search_conversion_zero_result', 'int_search_episodes', nobody,
        'case when has_any_order then 1 else 0 end', 'is_mature and has_no_result'),
    ('engagement_rate', 'int_content_reads', 'user_key',
        'case when has_engaged then 1 else 0 end', 'is_engagement_mature'),
    ('store_visit_conversion', 'int_store_visits', nobody,
        'case when has_purchase then 1 else 0 end', 'is_identified'),
    ('store_visit_conversion_all', 'int_store_visits', nobody,
        'case when has_purchase then 1 else 0 end', '1 = 1'),
    ('push_response', 'int_push_sends', nobody,
        'case when has_opened or has_completed then 1 else 0 end',
        'is_mature and not is_holdout'),
    ('push_target_rate', 'int_push_sends', nobody,
        'case when has_completed then 1 else 0 end', 'is_mature and not is_holdout'),
    ('push_holdout_rate', 'int_push_sends', nobody,
        'case when has_completed then 1 else 0 end', 'is_mature and is_holdout'),
] -%}
with counted as (
    {%- for metric, model, person, numerator, condition in metrics %}
    select
        '{{ metric }}' as metric_code,
        channel_code,
        month_start_date,
        {{ person }} as unit_key,
        sum({{ numerator }}) as numerator,
        count(*) as denominator,
        max({{ numerator }}) as most
    from {{ ref(model) }}
    where {{ condition }}
    group by channel_code, month_start_date{{ ', ' ~ person if person != nobody }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

-- a person counts once, however often they did it
select
    counted.metric_code,
    counted.channel_code,
    counted.month_start_date,
    counted.unit_key,
    definitions.unit = 'person' as is_counted_once,
    case
        when definitions.unit = 'person' then counted.most
        else counted.numerator
    end as numerator,
    case
        when definitions.unit = 'person' then 1
        else counted.denominator
    end as denominator
from counted
inner join {{ ref('metric_definitions') }} as definitions
    on counted.metric_code = definitions.metric_code
