with scope_rules as (
    select * from {{ ref('scope_rules') }}
    where
        1 = 0
        {%- if switched_on('bot_rule') %}
        or reason = 'bot'
        {%- endif %}
        {%- if switched_on('staff_rule') %}
        or reason in ('staff', 'test')
        {%- endif %}
),

user_agents as (
    select distinct user_agent
    from {{ ref('base_website__events') }}
    where record_status = 'accepted' and user_agent is not null
),

bot_user_agents as (
    select
        user_agents.user_agent,
        min(scope_rules.reason) as reason
    from user_agents
    inner join scope_rules
        on
            scope_rules.match_column = 'user_agent'
            and (
                (
                    scope_rules.match_type = 'contains'
                    and position(scope_rules.value in lower(user_agents.user_agent)) > 0
                )
                or (
                    scope_rules.match_type = 'equals'
                    and scope_rules.value = lower(user_agents.user_agent)
                )
            )
    group by user_agents.user_agent
),

matches as (
    select
        events.record_key,
        'website' as source_system,
        'events' as source_table,
        bot_user_agents.reason
    from {{ ref('base_website__events') }} as events
    inner join bot_user_agents on events.user_agent = bot_user_agents.user_agent
    where events.record_status = 'accepted'
    {%- for system, table, time_column, identifiers, profile in identified_tables() %}
    {%- for column in ['phone', 'member_no', 'email'] if column in identifiers %}
    union all
    select
        records.record_key,
        '{{ system }}' as source_system,
        '{{ table }}' as source_table,
        scope_rules.reason
    from {{ ref('base_' ~ system ~ '__' ~ table) }} as records
    inner join scope_rules
        on
            records.{{ column }} = scope_rules.value
            and scope_rules.match_column = '{{ column }}'
            and scope_rules.match_type = 'equals'
    where records.record_status = 'accepted'
    {%- if column == 'email' %}
    union all
    select
        records.record_key,
        '{{ system }}' as source_system,
        '{{ table }}' as source_table,
        scope_rules.reason
    from {{ ref('base_' ~ system ~ '__' ~ table) }} as records
    inner join scope_rules
        on
            position(scope_rules.value in records.{{ column }}) > 0
            and scope_rules.match_column = '{{ column }}'
            and scope_rules.match_type = 'contains'
    where records.record_status = 'accepted'
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
)

select
    record_key,
    source_system,
    source_table,
    min(reason) as reason_code
from matches
group by record_key, source_system, source_table
