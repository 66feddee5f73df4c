{#- Every landed table that names a person: [system, table, time column, identifier columns, profile]. The profile is
    the identifier that the system itself keys its records by; none: the strongest one that a record carries.
    A convention test holds the identifier columns against the sources. -#}
{%- macro identified_tables() -%}
    {{ return([
        ['academic', 'enrolments', 'enrolled_at', ['student_no', 'phone', 'email', 'openid'], 'student_no'],
        ['academic', 'lessons', 'occurred_at', ['student_no'], 'student_no'],
        ['app', 'events', 'occurred_at', ['member_no', 'phone', 'device_id'], 'device_id'],
        ['community', 'posts', 'occurred_at', ['member_no', 'phone', 'unionid', 'openid'], none],
        ['crm', 'activities', 'occurred_at', ['member_no', 'phone', 'email', 'contact_id'], 'contact_id'],
        ['crm', 'contacts', 'created_at',
            ['member_no', 'phone', 'email', 'unionid', 'openid', 'buyer_id', 'device_id', 'contact_id'], 'contact_id'],
        ['ecommerce', 'orders', 'created_at', ['member_no', 'phone', 'email', 'buyer_id'], 'buyer_id'],
        ['ecommerce', 'reviews', 'occurred_at', ['buyer_id'], 'buyer_id'],
        ['ecommerce', 'searches', 'occurred_at', ['buyer_id'], 'buyer_id'],
        ['erp', 'members', 'registered_at', ['member_no', 'phone', 'email'], 'member_no'],
        ['his', 'appointments', 'booked_at', ['patient_no', 'phone', 'openid'], 'patient_no'],
        ['his', 'follow_ups', 'done_at', ['patient_no', 'phone'], 'patient_no'],
        ['hotline', 'calls', 'called_at', ['phone'], 'phone'],
        ['logistics', 'tracking_events', 'occurred_at', ['phone'], 'phone'],
        ['mini_program', 'events', 'occurred_at', ['phone', 'unionid', 'openid'], 'openid'],
        ['outreach', 'sends', 'sent_at', ['member_no', 'phone', 'email', 'openid', 'device_id'], none],
        ['service', 'tickets', 'opened_at', ['member_no', 'phone', 'email', 'unionid', 'openid'], none],
        ['social', 'engagements', 'occurred_at', ['member_no', 'phone', 'platform_user_id'], 'platform_user_id'],
        ['store', 'transactions', 'occurred_at', ['member_no', 'phone'], none],
        ['store', 'visits', 'occurred_at', ['member_no', 'phone', 'device_id'], none],
        ['survey', 'invitations', 'sent_at', ['member_no', 'phone', 'email', 'openid'], none],
        ['survey', 'responses', 'answered_at', ['member_no', 'phone', 'email', 'openid'], none],
        ['website', 'events', 'occurred_at', ['member_no', 'phone', 'email', 'visitor_id'], 'visitor_id'],
        ['wechat_oa', 'interactions', 'occurred_at', ['phone', 'unionid', 'openid'], 'openid'],
    ]) }}
{%- endmacro -%}
