{%- set marts_with_people = [
    'fct_touchpoints', 'fct_sessions', 'fct_orders', 'fct_outreach_sends',
    'fct_satisfaction_scores',
] %}
with named as (
    {%- for mart in marts_with_people %}
    select distinct
        '{{ mart }}' as mart,
        user_id
    from {{ ref(mart) }}
    where user_id is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    named.mart,
    named.user_id
from named
left join {{ ref('dim_users') }} as people on named.user_id = people.user_id
where people.user_id is null
