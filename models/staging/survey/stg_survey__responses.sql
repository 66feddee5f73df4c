with records as (
    select * from {{ ref('base_survey__responses') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('survey', 'responses') }} as record_hash,
        response_id,
        survey_id,
        invitation_id,
        {{ unerased('phone') }} as phone,
        {{ unerased('email') }} as email,
        {{ unerased('member_no') }} as member_no,
        {{ unerased('openid') }} as openid,
        order_no,
        {{ public_text('lower(survey_type)') }} as survey_type,
        touchpoint_code,
        {{ retained_text('survey', 'responses', 'comment_text') }} as comment_text,
        {{ public_text('region') }} as region,
        score,
        scale_min,
        scale_max,
        answered_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('survey', 'responses') }}
)

select * from accepted
