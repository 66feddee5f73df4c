{#- Every landed table, as [system, table]: the one list that ledgers and unions walk. A convention test holds it
    against the sources. -#}
{%- macro landed_tables() -%}
    {{ return([
        ['ads', 'daily_spend'],
        ['app', 'events'],
        ['catalog', 'items'],
        ['community', 'posts'],
        ['crm', 'activities'],
        ['crm', 'contacts'],
        ['ecommerce', 'order_items'],
        ['ecommerce', 'orders'],
        ['ecommerce', 'reviews'],
        ['ecommerce', 'searches'],
        ['erp', 'members'],
        ['erp', 'shipments'],
        ['hotline', 'calls'],
        ['mini_program', 'events'],
        ['outreach', 'sends'],
        ['privacy', 'erasure_requests'],
        ['service', 'messages'],
        ['service', 'tickets'],
        ['social', 'engagements'],
        ['store', 'transaction_items'],
        ['store', 'transactions'],
        ['store', 'visits'],
        ['survey', 'invitations'],
        ['survey', 'responses'],
        ['website', 'events'],
        ['wechat_oa', 'interactions'],
    ]) }}
{%- endmacro -%}
