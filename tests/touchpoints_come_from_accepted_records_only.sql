-- No duplicate, quarantined or out-of-scope record, and no send that was held back, is a touchpoint.
with accepted as (
    {%- for system, table in landed_tables() %}
    select
        '{{ system }}' as source_system,
        record_key
    from {{ ref('base_' ~ system ~ '__' ~ table) }}
    where
        record_status in ('accepted', 'erased')
        {%- if system == 'outreach' %}
        and not coalesce(is_holdout, false)
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

in_scope as (
    select
        accepted.source_system,
        {{ key_as_id('accepted.record_key') }} as source_record_id
    from accepted
    left join {{ ref('int_records_out_of_scope') }} as out_of_scope
        on accepted.record_key = out_of_scope.record_key
    where out_of_scope.record_key is null
)

select
    touchpoints.touchpoint_id,
    touchpoints.source_system,
    touchpoints.source_record_id
from {{ ref('fct_touchpoints') }} as touchpoints
left join in_scope
    on
        touchpoints.source_record_id = in_scope.source_record_id
        and touchpoints.source_system = in_scope.source_system
where in_scope.source_record_id is null
