{#- The columns, besides identifiers, that speak of a person: they are erased with it. A convention test holds the list
    against the sources. -#}
{%- macro personal_columns() -%}
    {{ return([
        'full_name', 'gender', 'birth_date', 'ip', 'page_url', 'referrer_url', 'search_term', 'subject', 'comment_text',
        'post_text', 'message_text', 'ticket_text', 'call_text', 'review_text', 'follow_up_text', 'lesson_text',
    ]) }}
{%- endmacro -%}
