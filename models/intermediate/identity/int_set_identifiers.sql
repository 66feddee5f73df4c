with identifier_sets as (
    select * from {{ ref('int_identifier_sets') }}
),

listed as (
    {%- for type in identifier_types() %}
    {%- set is_scoped = type in ['buyer_id', 'platform_user_id'] %}
    select
        identifier_set_key,
        '{{ type }}' as identifier_type,
        {{ "coalesce(platform_scope, '')" if is_scoped else "''" }} as identifier_scope,
        {{ type }} as identifier_value,
        profile_type,
        first_seen_at,
        last_seen_at,
        record_count,
        example_record_key
    from identifier_sets
    where {{ type }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    *,
    {{ keyed_hash(
        "identifier_type || ':' || identifier_scope || ':' || identifier_value"
    ) }} as identifier_key
from listed
