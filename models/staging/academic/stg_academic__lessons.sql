with records as (
    select * from {{ ref('base_academic__lessons') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('academic', 'lessons') }} as record_hash,
        lesson_record_id,
        {{ unerased('student_no') }} as student_no,
        {{ public_text('course_id') }} as course_id,
        {{ retained_text('academic', 'lessons', 'lesson_text') }} as lesson_text,
        attended as is_attended,
        progress,
        rating,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('academic', 'lessons') }}
)

select * from accepted
