{#- Select, per split, of what each place gets of its units and cents by the place models: <model>_<part>_first, _last, _lead and
    _other, the last for each of the others, of which the <model>_<part>_more with the lowest keys get one more. Whole numbers
    first; what they leave goes, one each, to the largest remainders, of equal ones to the lowest keys. `summed`: a CTE with
    split_key, step_count, cents, and the ranks by key of the first step, the last and the one with a lead. -#}
{%- macro split_by_place(summed) -%}
{%- set places = ['first', 'last', 'lead'] -%}
{%- set parts = [('units', credit_units()), ('cents', 'cents')] -%}
with told as (
    select
        split_key,
        step_count,
        cents,
        first_rank,
        case when step_count > 1 then last_rank end as last_rank,
        case when lead_rank not in (first_rank, last_rank) then lead_rank end as lead_rank,
        case
            when lead_rank is null then 'none'
            when lead_rank = first_rank then 'first'
            when lead_rank = last_rank then 'last'
            else 'other'
        end as lead_place
    from {{ summed }}
)
{%- for model in place_models() %}
{%- set name = model.code %},

{{ name }}_shared as (
    select
        *,
        {%- for place in places %}
        case when {{ place }}_rank is not null then {{ model[place] }} else 0 end as {{ place }}_share,
        {%- endfor %}
        {{ model.other }} as other_share
    from (
        select
            split_key,
            step_count,
            cents,
            first_rank,
            last_rank,
            {{ 'lead_rank' if model.has_lead else 'cast(null as bigint) as lead_rank' }},
            lead_place,
            step_count - 1 - case when last_rank is not null then 1 else 0 end
            {%- if model.has_lead %}
            - case when lead_rank is not null then 1 else 0 end
            {%- endif %} as other_count
        from told
    ) as counted
),

-- remainders in hundredths of what one of the others is a part of; where there is no such place, none
{{ name }}_divided as (
    select
        *,
        {%- for part, total in parts %}
        {%- for place in places %}
        {{ whole_quotient('(' ~ total ~ ' * ' ~ place ~ '_share)', '100') }} as {{ part }}_{{ place }},
        case
            when {{ place }}_rank is not null then {{ total }} * {{ place }}_share % 100 * greatest(other_count, 1)
            else -1
        end as {{ part }}_{{ place }}_remainder,
        {%- endfor %}
        case
            when other_count > 0 then {{ whole_quotient('(' ~ total ~ ' * other_share)', '(100 * other_count)') }} else 0
        end as {{ part }}_other,
        case when other_count > 0 then {{ total }} * other_share % (100 * other_count) else -1 end as {{ part }}_other_remainder,
        {%- endfor %}
        cents as total_cents
    from {{ name }}_shared
),

{{ name }}_left as (
    select
        *,
        {%- for part, total in parts %}
        {{ total }} - {{ part }}_first - {{ part }}_last - {{ part }}_lead - other_count * {{ part }}_other as {{ part }}_left
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ name }}_divided
),

{{ name }}_split as (
    select
        *,
        {%- for part, total in parts %}
        {%- for place in places %}
        case
            when {{ place }}_rank is null then 0
            when {{ steps_before(part, place, places) }} < {{ part }}_left then 1
            else 0
        end as {{ part }}_{{ place }}_more
        {{- ',' if not loop.last }}
        {%- endfor %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ name }}_left
)
{%- endfor %}

select
    told.split_key,
    told.step_count,
    told.first_rank,
    told.last_rank,
    {%- for model in place_models() %}
    {%- set name = model.code %}
    {{ name }}_split.lead_rank as {{ name }}_lead_rank,
    {%- for part, total in parts %}
    {%- for place in places %}
    {{ name }}_split.{{ part }}_{{ place }} + {{ name }}_split.{{ part }}_{{ place }}_more as {{ name }}_{{ part }}_{{ place }},
    {%- endfor %}
    {{ name }}_split.{{ part }}_other as {{ name }}_{{ part }}_other,
    {{ name }}_split.{{ part }}_left
    {%- for place in places %} - {{ name }}_split.{{ part }}_{{ place }}_more{% endfor %} as {{ name }}_{{ part }}_more,
    {%- endfor %}
    {%- endfor %}
    told.cents
from told
{%- for model in place_models() %}
inner join {{ model.code }}_split on told.split_key = {{ model.code }}_split.split_key
{%- endfor %}
{%- endmacro -%}

{#- How many steps come before a place when what is left is given away. -#}
{%- macro steps_before(part, place, places) -%}
    {%- set own = part ~ '_' ~ place ~ '_remainder' -%}
    {%- set lower = [] -%}
    {%- for other in places if other != place -%}
        {%- set remainder = part ~ '_' ~ other ~ '_remainder' -%}
        case when {{ remainder }} > {{ own }} or ({{ remainder }} = {{ own }} and {{ other }}_rank < {{ place }}_rank) then 1 else 0 end +{{ ' ' }}
        {%- do lower.append('case when ' ~ other ~ '_rank < ' ~ place ~ '_rank then 1 else 0 end') -%}
    {%- endfor -%}
    case
        when {{ part }}_other_remainder > {{ own }} then other_count
        when {{ part }}_other_remainder = {{ own }} then {{ place }}_rank - 1 - {{ lower | join(' - ') }}
        else 0
    end
{%- endmacro -%}

{#- A step's part by a place model: `placed` and `split_by_place` as int_split_credits has them; part: units or cents. -#}
{%- macro part_by_place(model, part) -%}
    {%- set name = 'split_by_place.' ~ model.code ~ '_' -%}
    {%- set prefix = name ~ part ~ '_' -%}
    cast(
        case
            when placed.is_first then {{ prefix }}first
            when placed.is_last then {{ prefix }}last
            {%- if model.has_lead %}
            when placed.is_lead then {{ prefix }}lead
            {%- endif %}
            else {{ prefix }}other + case
                when placed.key_rank
                - case when split_by_place.first_rank < placed.key_rank then 1 else 0 end
                - case when split_by_place.last_rank < placed.key_rank then 1 else 0 end
                {%- if model.has_lead %}
                - case when {{ name }}lead_rank < placed.key_rank then 1 else 0 end
                {%- endif %}
                <= {{ prefix }}more then 1 else 0
            end
        end as bigint
    )
{%- endmacro -%}
