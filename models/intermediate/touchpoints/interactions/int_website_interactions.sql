{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'website' as source_system,
    'events' as source_table,
    occurred_at,
    event_name as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    order_no,
    coalesce(item_id, clicked_item_id) as item_id,
    utm_campaign as campaign,
    cast(null as {{ text_type() }}) as region,
    -- a page of the site itself has brought nobody
    case
        when referrer_url is null then false
        else
            {{ site_of('referrer_url') }} not in (
                '', coalesce({{ site_of('page_url') }}, '')
            )
    end as is_referred
from {{ ref('stg_website__events') }}
