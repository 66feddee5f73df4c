with records as (
    select * from {{ ref('base_operations__actions') }}
),

accepted as (
    select
        record_key,
        record_hash,
        {{ public_text('action_id') }} as action_id,
        {{ public_text('action_name') }} as action_name,
        {{ public_text('lower(metric_code)') }} as metric_code,
        {{ public_text('touchpoint_code') }} as touchpoint_code,
        {{ public_text('lower(segment_dimension)') }} as segment_dimension,
        {{ public_text('treated_segment') }} as treated_segment,
        {{ public_text('control_segment') }} as control_segment,
        washout_days,
        starts_on as start_date,
        ends_on as end_date,
        loaded_at
    from records
    where record_status = 'accepted' and {{ is_retained('operations', 'actions') }}
)

select * from accepted
