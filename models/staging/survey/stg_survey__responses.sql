with records as (
    select * from {{ ref('base_survey__responses') }}
),

accepted as (
    select
        record_key,
        record_hash,
        response_id,
        survey_id,
        invitation_id,
        phone,
        email,
        member_no,
        openid,
        order_no,
        lower(survey_type) as survey_type,
        touchpoint_code,
        comment_text,
        {{ public_text('region') }} as region,
        score,
        scale_min,
        scale_max,
        answered_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
