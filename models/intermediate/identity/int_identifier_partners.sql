{{ config(materialized='view') }}
select
    cluster_key,
    one_key as identifier_key,
    one_type as identifier_type,
    other_key as partner_key,
    other_type as partner_type
from {{ ref('int_identifier_pairs') }}
where may_link
union all
select
    cluster_key,
    other_key as identifier_key,
    other_type as identifier_type,
    one_key as partner_key,
    one_type as partner_type
from {{ ref('int_identifier_pairs') }}
where may_link
