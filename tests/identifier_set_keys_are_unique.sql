-- depends_on: {{ ref('int_erasures') }}
-- No two sets of identifiers share a hashed key. Only tables whose records can tell platforms apart count the platform.
-- Records that were erased keep the key of a profile that is nobody's, and what a definition names (a blocked number).
{%- set no_text = 'cast(null as ' ~ text_type() ~ ')' %}
with identifier_sets as (
    {%- for system, table, time, identifiers, profile in identified_tables() %}
    {%- set is_scoped = 'buyer_id' in identifiers
        or 'platform_user_id' in identifiers %}
    select distinct
        '{{ system }}.{{ table }}' as landed_table,
        {{ 'lower(platform)' if is_scoped else no_text }} as platform,
        {%- for type in identifier_types() %}
        {{ unerased(type) if type in identifiers else no_text }} as {{ type }},
        {%- endfor %}
        identifier_set_key
    from {{ ref('base_' ~ system ~ '__' ~ table) }}
    {%- set values = [] %}
    {%- for type in identifiers %}{% do values.append(unerased(type)) %}{% endfor %}
    where record_status = 'accepted' and coalesce({{ values | join(', ') }}) is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    identifier_set_key,
    count(*) as set_count
from identifier_sets
group by identifier_set_key
having count(*) > 1
