-- what each series is about
select distinct
    series_key,
    alert_subject,
    touchpoint_code,
    channel_code,
    region,
    step_code
from {{ ref('int_alert_series') }}
union
select distinct
    series_key,
    touchpoint_code || '/' || region as alert_subject,
    touchpoint_code,
    cast(null as {{ text_type() }}) as channel_code,
    region,
    cast(null as {{ text_type() }}) as step_code
from {{ ref('int_alert_concentrations') }}
