{#- what a row of a kind of metric says of a dimension; a person who is not known has no tier and no arm -#}
{%- set values = {
    'region': 'coalesce(observations.region, attributes.region)',
    'touchpoint': 'observations.touchpoint_code',
    'channel': 'observations.channel_code',
    'customer_tier': 'attributes.customer_tier',
    'hash': 'cast(' ~ person_arm('observations.user_key') ~ ' as ' ~ text_type() ~ ')',
    '(all)': "'(all)'",
} -%}
-- each row once per dimension that an action on its metric goes by
with actions as (
    select * from {{ ref('int_effect_actions') }}
    where fault is null
),

dimensions as (
    select distinct
        metric_code,
        coalesce(segment_dimension, '(all)') as segment_dimension
    from actions
),

observations as (
    {%- for source in ['scores', 'complaints', 'passages', 'returns'] %}
    select
        metric_code,
        unit_key,
        user_key,
        observed_date,
        touchpoint_code,
        channel_code,
        region,
        numerator,
        denominator
    from {{ ref('int_effect_' ~ source) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

attributes as (
    select * from {{ ref('int_user_attributes') }}
)

select
    observations.metric_code,
    dimensions.segment_dimension,
    case dimensions.segment_dimension
        {%- for dimension in effect_dimensions() + ['(all)'] %}
        when '{{ dimension }}' then {{ values[dimension] }}
        {%- endfor %}
    end as segment_value,
    observations.unit_key,
    observations.observed_date,
    observations.touchpoint_code,
    observations.numerator,
    observations.denominator
from observations
inner join dimensions on observations.metric_code = dimensions.metric_code
left join attributes on observations.user_key = attributes.user_key
