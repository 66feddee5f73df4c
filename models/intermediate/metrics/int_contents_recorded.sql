{{ config(materialized='view') }}
select
    record_key,
    {{ public_text('article_id') }} as content_id
from {{ ref('stg_wechat_oa__interactions') }}
where article_id is not null
union all
select
    record_key,
    {{ public_text('content_id') }} as content_id
from {{ ref('stg_social__engagements') }}
where content_id is not null
union all
-- an article of the website is its address, without what stands behind it in one visit
select
    record_key,
    {{ public_text(replace_all('page_url', '[?#].*$', '')) }} as content_id
from {{ ref('stg_website__events') }}
where {{ matches('page_url', var('article_path_pattern')) }}
