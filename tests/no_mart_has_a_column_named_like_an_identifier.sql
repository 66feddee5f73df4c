-- Raw identifiers, names, addresses and free texts stay in the vault and in staging: no mart has a column for them. Names
-- are those of the contracts, which the engine enforces; a mart without one would escape, so it is a failure too. The
-- subject of an alert is a code, not that of a ticket.
{%- set forbidden_names = identifier_types() + [
    'patient_no', 'student_no', 'order_no', 'receipt_no', 'ticket_id', 'call_id',
    'invitation_id', 'agent_id', 'doctor_id', 'follow_up_text', 'lesson_text', 'full_name', 'birth_date', 'ip',
    'user_agent', 'referrer_url', 'page_url', 'search_term', 'identifier_value',
    'identifier_scope', 'comment_text', 'post_text', 'message_text', 'ticket_text',
    'call_text', 'review_text', 'subject', 'record_key', 'user_key', 'order_key',
    'touchpoint_key', 'session_key', 'profile_key', 'identifier_key',
] %}
{%- set faults = [] %}
{%- if execute %}
{%- for node in graph.nodes.values()
    if node.resource_type == 'model' and node.schema == 'marts' %}
{%- if not node.config.contract.enforced %}
{%- do faults.append((node.name, '(no enforced contract)')) %}
{%- endif %}
{%- for column in node.columns
    if column | lower in forbidden_names and (node.name, column) != ('alerts', 'subject') %}
{%- do faults.append((node.name, column)) %}
{%- endfor %}
{%- endfor %}
{%- endif %}
{%- for mart, column in faults %}
select
    '{{ mart }}' as mart,
    '{{ column }}' as column_name
{{ 'union all' if not loop.last }}
{%- else %}
select
    cast(null as {{ text_type() }}) as mart,
    cast(null as {{ text_type() }}) as column_name
where 1 = 0
{%- endfor %}
