{%- set threshold = var('probabilistic_threshold') | string %}
{%- set is_asked_for = threshold and execute and not flags.EMPTY %}
with proposed as (
    {%- if is_asked_for %}
    {{ proposed_links() }}
    {%- else %}
    -- typed and without rows: nobody has asked for proposals
    select
        cast(null as {{ text_type() }}) as contact_id,
        cast(null as {{ text_type() }}) as other_contact_id,
        cast(null as {{ double_type() }}) as score
    where 1 = 0
    {%- endif %}
),

keyed as (
    select
        {{ keyed_hash("'contact_id::' || contact_id") }} as contact_key,
        {{ keyed_hash("'contact_id::' || other_contact_id") }} as other_contact_key,
        score
    from proposed
    {%- if is_asked_for %}
    where score >= {{ threshold }}
    {%- endif %}
)

select
    least(contact_key, other_contact_key) as one_key,
    greatest(contact_key, other_contact_key) as other_key,
    max(score) as score
from keyed
where contact_key <> other_contact_key
group by
    least(contact_key, other_contact_key),
    greatest(contact_key, other_contact_key)
