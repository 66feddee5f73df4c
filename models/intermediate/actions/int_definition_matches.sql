-- rules and audiences ask for the same things: a tag, a segment, a stage, risks, intent
with definitions as (
    {%- for seed, kind in [
        ('action_rules', 'rule'), ('audience_definitions', 'audience')
    ] %}
    select
        '{{ kind }}' as definition_kind,
        {{ kind }}_code as definition_code,
        tag_code,
        rfm_segment_code,
        lifecycle_stage,
        min_churn_risk,
        min_dissatisfaction_risk,
        min_intent_percentile
    from {{ ref(seed) }}
    where {{ of_this_industry() }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

profiles as (
    select * from {{ ref('int_person_profiles') }}
    where is_known
),

tags as (
    select * from {{ ref('int_person_tags') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- by the last interaction that speaks for a tag everything that it asks for was there
tagged as (
    select
        definitions.definition_kind,
        definitions.definition_code,
        profiles.user_key,
        tags.last_at as entered_at
    from definitions
    inner join tags on definitions.tag_code = tags.tag_code
    inner join profiles on tags.user_key = profiles.user_key
    where {{ meets_definition('definitions', 'profiles') }}
),

-- segments, stages and risks hold as of now
untagged as (
    select
        definitions.definition_kind,
        definitions.definition_code,
        profiles.user_key,
        as_of.as_of as entered_at
    from profiles
    cross join as_of
    inner join definitions
        on
            definitions.tag_code is null
            and {{ meets_definition('definitions', 'profiles') }}
)

select
    definition_kind,
    definition_code,
    user_key,
    entered_at
from tagged
union all
select
    definition_kind,
    definition_code,
    user_key,
    entered_at
from untagged
