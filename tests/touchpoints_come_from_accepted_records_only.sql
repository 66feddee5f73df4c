-- No duplicate, quarantined, expired or out-of-scope record, and no send that was held back, is a touchpoint.
with accepted as (
    {%- for system, table in landed_tables() %}
    select record_key
    from {{ ref('base_' ~ system ~ '__' ~ table) }}
    where
        record_status in ('accepted', 'erased')
        and {{ is_retained(system, table) }}
        {%- if system == 'outreach' %}
        and not coalesce(is_holdout, false)
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

in_scope as (
    select accepted.record_key
    from accepted
    left join {{ ref('int_records_out_of_scope') }} as out_of_scope
        on accepted.record_key = out_of_scope.record_key
    where out_of_scope.record_key is null
)

select
    touchpoints.touchpoint_key,
    touchpoints.record_key
from {{ ref('int_touchpoints_sessionised') }} as touchpoints
left join in_scope on touchpoints.record_key = in_scope.record_key
where in_scope.record_key is null
