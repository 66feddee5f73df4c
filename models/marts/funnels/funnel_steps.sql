{%- set cell = ['funnel_code', 'attribution', 'breakdown', 'breakdown_value'] -%}
with compared as (
    select * from {{ ref('int_funnel_steps_compared') }}
),

repeats as (
    select * from {{ ref('int_funnel_repeats_counted') }}
),

-- a person's first entry is a trial of its own; of several the jackknife over persons tells how many they are worth
weighed as (
    select
        compared.*,
        coalesce(repeats.user_count, compared.entry_count) as user_count,
        case
            when compared.previous_entry_count is not null
                then
                    coalesce(
                        repeats.previous_user_count, compared.previous_entry_count
                    )
        end as previous_user_count,
        coalesce(repeats.entered_user_count, compared.entered_count)
            as entered_user_count,
        coalesce(repeats.previous_effective_count, compared.previous_entry_count)
            as previous_trials,
        coalesce(repeats.entered_effective_count, compared.entered_count)
            as entered_trials,
        cast(compared.entry_count as {{ double_type() }})
        / nullif(compared.previous_entry_count, 0) as rate_from_previous,
        cast(compared.entry_count as {{ double_type() }})
        / nullif(compared.entered_count, 0) as rate_from_start
    from compared
    left join repeats
        on
            {%- for column in cell %}
            compared.{{ column }} = repeats.{{ column }} and
            {%- endfor %}
            compared.step_number = repeats.step_number
)

select
    {{ cell | join(',\n    ') }},
    cast(step_number as integer) as step_number,
    step_name,
    is_optional,
    entry_count,
    previous_entry_count,
    entered_count,
    user_count,
    previous_user_count,
    entered_user_count,
    {%- for rate, trials, persons in [
        ('from_previous', 'previous_trials', 'previous_user_count'),
        ('from_start', 'entered_trials', 'entered_user_count'),
    ] %}
    {%- set share = 'rate_' ~ rate %}
    {{ published(share, persons) }} as conversion_{{ rate }},
    {{ published(wilson_low(share ~ ' * ' ~ trials, trials), persons) }}
        as conversion_{{ rate }}_low,
    {{ published(wilson_high(share ~ ' * ' ~ trials, trials), persons) }}
        as conversion_{{ rate }}_high,
    {%- endfor %}
    previous_entry_count - entry_count as drop_off_count,
    median_seconds_from_previous,
    p90_seconds_from_previous,
    median_seconds_from_start,
    p90_seconds_from_start,
    {{ is_suppressed('coalesce(previous_user_count, entered_user_count)') }}
        as is_suppressed
from weighed
