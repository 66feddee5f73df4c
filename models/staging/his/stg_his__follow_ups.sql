with records as (
    select * from {{ ref('base_his__follow_ups') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('his', 'follow_ups') }} as record_hash,
        follow_up_id,
        {{ unerased('patient_no') }} as patient_no,
        {{ unerased('phone') }} as phone,
        contact_channel,
        {{ retained_text('his', 'follow_ups', 'follow_up_text') }} as follow_up_text,
        score,
        due_at,
        done_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('his', 'follow_ups') }}
)

select * from accepted
