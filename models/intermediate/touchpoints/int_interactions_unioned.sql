{{ config(materialized='view') }}
with interactions as (
    select * from {{ ref('int_website_interactions') }}
    union all
    select * from {{ ref('int_app_interactions') }}
    union all
    select * from {{ ref('int_mini_program_interactions') }}
    union all
    select * from {{ ref('int_wechat_oa_interactions') }}
    union all
    select * from {{ ref('int_social_interactions') }}
    union all
    select * from {{ ref('int_community_interactions') }}
    union all
    select * from {{ ref('int_outreach_interactions') }}
    union all
    select * from {{ ref('int_ecommerce_interactions') }}
    union all
    select * from {{ ref('int_store_interactions') }}
    union all
    select * from {{ ref('int_crm_interactions') }}
    union all
    select * from {{ ref('int_erp_interactions') }}
    union all
    select * from {{ ref('int_service_interactions') }}
    union all
    select * from {{ ref('int_hotline_interactions') }}
    union all
    select * from {{ ref('int_survey_interactions') }}
    union all
    select * from {{ ref('int_his_interactions') }}
    union all
    select * from {{ ref('int_academic_interactions') }}
    union all
    select * from {{ ref('int_logistics_interactions') }}
    union all
    select * from {{ ref('int_production_interactions') }}
),

out_of_scope as (
    select * from {{ ref('int_records_out_of_scope') }}
)

select
    interactions.record_key,
    interactions.record_hash,
    interactions.part_code,
    interactions.source_system,
    interactions.source_table,
    interactions.occurred_at,
    interactions.raw_event,
    interactions.platform,
    interactions.identifier_set_key,
    interactions.order_no,
    interactions.item_id,
    interactions.campaign,
    interactions.region,
    interactions.is_referred
from interactions
left join out_of_scope on interactions.record_key = out_of_scope.record_key
where out_of_scope.record_key is null
