{{ config(materialized='view') }}
with paths as (
    select * from {{ ref('int_journey_paths') }}
),

stretch_sets as (
    {%- for level in var('few_code_levels') %}
    select
        stretch_key,
        '{{ level }}' as level,
        {{ set_of_list(level ~ '_path') }} as code_set
    from paths
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    *,
    {{ row_hash(['level', json_of_list('code_set')]) }} as set_key
from stretch_sets
