{%- set marts_with_people = [
    'fct_orders', 'fct_outreach_sends', 'fct_satisfaction_scores'
] %}
{%- set views_of_marts = ['int_touchpoints_resolved', 'int_sessions_resolved'] %}
with named as (
    {%- for mart in marts_with_people %}
    select distinct
        '{{ mart }}' as mart,
        user_id
    from {{ ref(mart) }}
    where user_id is not null
    union all
    {%- endfor %}
    {%- for keyed in views_of_marts %}
    select
        '{{ keyed }}' as mart,
        {{ key_as_id('user_key') }} as user_id
    from (
        select distinct user_key
        from {{ ref(keyed) }}
        where user_key is not null
    ) as people
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    named.mart,
    named.user_id
from named
left join {{ ref('dim_users') }} as people on named.user_id = people.user_id
where people.user_id is null
