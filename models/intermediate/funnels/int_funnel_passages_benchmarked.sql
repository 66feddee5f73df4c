{%- set cell = ['funnel_code', 'breakdown', 'breakdown_value'] -%}
-- who is lost is attributed where they came in; those who are lost were last seen before the step
with steps as (
    select
        *,
        max(case when not is_optional then step_number end) over (
            partition by funnel_code
        ) as last_step_number
    from {{ ref('int_funnel_steps_compared') }}
    where attribution = 'entry'
),

ended as (
    select
        *,
        max(case when step_number = last_step_number then entry_count end) over (
            partition by {{ cell | join(', ') }}
        ) as last_entry_count
    from steps
),

totals as (
    select * from ended
    where breakdown = 'all'
),

-- a small cell's rate is drawn to that of all, as if min_sample entries of all were added
passages as (
    select
        ended.*,
        (
            ended.entry_count
            + {{ var('min_sample') }} * cast(totals.entry_count as {{ double_type() }})
            / nullif(totals.previous_entry_count, 0)
        ) / (ended.previous_entry_count + {{ var('min_sample') }}) as shrunk_rate,
        -- of those who are brought over a step, as many go on to the end as of those who came by themselves
        case
            when ended.step_number = ended.last_step_number then 1
            else
                coalesce(
                    cast(ended.last_entry_count as {{ double_type() }})
                    / nullif(ended.entry_count, 0),
                    cast(totals.last_entry_count as {{ double_type() }})
                    / nullif(totals.entry_count, 0),
                    0
                )
        end as later_rate
    from ended
    inner join totals
        on
            ended.funnel_code = totals.funnel_code
            and ended.step_number = totals.step_number
    where ended.previous_entry_count is not null and not ended.is_optional
),

peers as (
    select
        funnel_code,
        breakdown,
        step_number,
        {{ quantile('shrunk_rate', 0.75) }} as peer_rate
    from passages
    where previous_entry_count > 0
    group by funnel_code, breakdown, step_number
),

others_passed as (
    select
        passages.{{ cell | join(',\n        passages.') }},
        passages.step_number,
        {{ quantile('rest.shrunk_rate', 0.5) }} as other_rate
    from passages
    inner join passages as rest
        on
            {%- for column in cell %}
            passages.{{ column }} = rest.{{ column }} and
            {%- endfor %}
            passages.step_number <> rest.step_number
    where rest.previous_entry_count > 0
    group by
        passages.{{ cell | join(',\n        passages.') }},
        passages.step_number
)

select
    passages.{{ cell | join(',\n    passages.') }},
    passages.step_number,
    passages.later_rate,
    coalesce(
        cast(passages.target_rate as {{ double_type() }}),
        greatest(peers.peer_rate, coalesce(others_passed.other_rate, peers.peer_rate))
    ) as benchmark_rate
from passages
left join peers
    on
        passages.funnel_code = peers.funnel_code
        and passages.breakdown = peers.breakdown
        and passages.step_number = peers.step_number
left join others_passed
    on
        {%- for column in cell %}
        passages.{{ column }} = others_passed.{{ column }} and
        {%- endfor %}
        passages.step_number = others_passed.step_number
