{{ config(materialized='view') }}
with responses as (
    select * from {{ ref('stg_survey__responses') }}
),

invitations as (
    select * from {{ ref('stg_survey__invitations') }}
)

select
    responses.record_key,
    {{ row_hash(['responses.record_hash', 'invitations.record_hash']) }}
        as record_hash,
    responses.survey_id,
    responses.survey_type,
    responses.invitation_id,
    coalesce(responses.touchpoint_code, invitations.touchpoint_code) as touchpoint_code,
    responses.score,
    responses.scale_min,
    responses.scale_max,
    responses.answered_at,
    coalesce(
        responses.identifier_set_key, invitations.identifier_set_key
    ) as identifier_set_key,
    coalesce(responses.order_no, invitations.order_no) as order_no,
    responses.region
from responses
left join invitations on responses.invitation_id = invitations.invitation_id
