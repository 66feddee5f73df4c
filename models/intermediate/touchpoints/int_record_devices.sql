{{ config(materialized='view') }}
with records as (
    select
        'website' as source_system,
        record_key,
        lower(user_agent) as device_text
    from {{ ref('stg_website__events') }}
    union all
    select
        'app' as source_system,
        record_key,
        lower(os) as device_text
    from {{ ref('stg_app__events') }}
    union all
    select
        'mini_program' as source_system,
        record_key,
        '*' as device_text
    from {{ ref('stg_mini_program__events') }}
),

device_texts as (
    select distinct
        source_system,
        device_text
    from records
),

devices as (
    select
        device_texts.source_system,
        device_texts.device_text,
        {{ value_at_first('patterns.device_class', ['patterns.pattern_rank']) }}
            as device_class
    from device_texts
    inner join {{ ref('device_patterns') }} as patterns
        on
            device_texts.source_system = patterns.source_system
            and position(patterns.pattern in device_texts.device_text) > 0
    group by device_texts.source_system, device_texts.device_text
)

select
    records.record_key,
    devices.device_class
from records
inner join devices
    on
        records.source_system = devices.source_system
        and records.device_text = devices.device_text
