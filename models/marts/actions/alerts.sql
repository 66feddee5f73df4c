with opened as (
    select * from {{ ref('int_alerts_opened') }}
),

rules as (
    select * from {{ ref('int_alert_rules') }}
),

acknowledgements as (
    select * from {{ ref('alert_acknowledgements') }}
),

names as (
    select * from {{ ref('int_home_names') }}
),

regions as (
    select * from {{ ref('regions') }}
    where {{ of_this_industry() }}
),

acknowledged as (
    select
        opened.rule_code,
        opened.alert_subject,
        opened.first_date,
        min(acknowledgements.acknowledged_on) as acknowledged_date
    from opened
    inner join acknowledgements
        on
            opened.rule_code = acknowledgements.rule_code
            and opened.alert_subject = acknowledgements.subject
            and opened.first_date <= acknowledgements.acknowledged_on
            -- an alert stays open through its quiet days
            and opened.quiet_date >= acknowledgements.acknowledged_on
    group by opened.rule_code, opened.alert_subject, opened.first_date
),

described as (
    select
        opened.*,
        rules.rule_name,
        rules.rule_name_zh,
        rules.kind,
        rules.metric_code,
        rules.unit,
        rules.window_days,
        rules.severity,
        acknowledged.acknowledged_date,
        acknowledgements.acknowledged_by,
        acknowledgements.note,
        coalesce(names.answer_name, opened.alert_subject)
        || coalesce(', ' || coalesce(regions.region_name, opened.region), '')
            as subject_name,
        coalesce(names.answer_name_zh, opened.alert_subject)
        || coalesce('，' || coalesce(regions.region_name_zh, opened.region), '')
            as subject_name_zh,
        {%- for column in ['observed', 'expected', 'low', 'high'] %}
        {{ alert_figure('opened.' ~ column, 'rules.unit') }} as {{ column }}_text,
        {%- endfor %}
        cast(opened.first_date as {{ text_type() }}) as first_date_text,
        cast(rules.window_days as {{ text_type() }}) as window_text
    from opened
    inner join rules on opened.rule_code = rules.rule_code
    left join acknowledged
        on
            opened.rule_code = acknowledged.rule_code
            and opened.alert_subject = acknowledged.alert_subject
            and opened.first_date = acknowledged.first_date
    left join acknowledgements
        on
            acknowledged.rule_code = acknowledgements.rule_code
            and acknowledged.alert_subject = acknowledgements.subject
            and acknowledged.acknowledged_date = acknowledgements.acknowledged_on
    left join names
        on
            coalesce(opened.touchpoint_code, opened.channel_code, opened.step_code)
            = names.answer_code
            and names.answer_kind = case
                when opened.touchpoint_code is not null then 'touchpoint'
                when opened.channel_code is not null then 'channel'
                else 'step'
            end
    left join regions on opened.region = regions.region
)

select
    {{ key_as_id(hash64(
        "rule_code || '|' || alert_subject || '|' || first_date_text"
    )) }} as alert_id,
    rule_code,
    rule_name,
    rule_name_zh,
    kind,
    metric_code,
    severity,
    alert_subject as subject,
    subject_name,
    subject_name_zh,
    touchpoint_code,
    channel_code,
    region,
    first_seen_at,
    detected_at,
    last_date as last_breach_date,
    closed_at,
    case
        when closed_at is not null then 'closed'
        when acknowledged_date is not null then 'acknowledged'
        else 'open'
    end as status,
    acknowledged_date,
    acknowledged_by,
    note as acknowledgement_note,
    unit,
    window_days,
    observed,
    expected,
    low,
    high,
    p_value,
    q_value,
    breach_day_count,
    rule_name || ': ' || subject_name || '. Observed ' || observed_text
    || ', expected ' || expected_text || ' (' || low_text || ' to ' || high_text
    || '), window of ' || window_text || ' days, on ' || first_date_text || '.'
        as explanation,
    rule_name_zh || '：' || subject_name_zh || '。观测值 ' || observed_text
    || '，预期 ' || expected_text || '（' || low_text || ' 至 ' || high_text
    || '），统计窗口 ' || window_text || ' 天，日期 ' || first_date_text || '。'
        as explanation_zh
from described
