{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_text_inputs'), 'record_key') }}",
    post_hook="{{ remember_inputs(ref('int_text_inputs')) }}"
) }}
with inputs as (
    select * from {{ ref('int_text_inputs') }}
),

records as (
    select records.*
    from {{ ref('int_feedback_records') }} as records
    inner join inputs on records.record_key = inputs.record_key
    where {{ is_affected('records.record_key') }}
),

legible as (
    select
        record_key,
        {%- for number in own_numbers() %}
        -- they stand in the text as it is read
        {{ legible_text(number) }} as {{ number }},
        {%- endfor %}
        {{ legible_text('raw_text') }} as legible_text
    from records
),

masked as (
    select
        record_key,
        {{ masked_text('legible_text', own_numbers()) }} as masked_text
    from legible
),

scored as (
    select
        record_key,
        masked_text,
        {{ scored_text('masked_text') }} as scored_text
    from masked
)

select
    record_key,
    masked_text,
    scored_text,
    {{ hash64('scored_text') }} as text_key
from scored
