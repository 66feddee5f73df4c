{%- set kind_hashes = ['place_kind_hash', 'person_kind_hash'] -%}
with entries as (
    select * from {{ ref('int_funnel_entries_described') }}
),

steps as (
    select * from {{ ref('int_funnel_entry_steps') }}
),

cells as (
    select * from {{ ref('int_funnel_cells') }}
),

names as (
    select * from {{ ref('int_funnel_cell_names') }}
),

numbers as (
    {%- for number in range(1, var('max_funnel_steps') + 1) %}
    select
        {{ number }} as step_number,
        {{ 2 ** (number - 1) }} as step_bit
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

alike as (
    {%- for kind_hash in kind_hashes %}
    select
        {{ kind_hash }} as kind_hash,
        reached_steps,
        count(*) as entry_count
    from entries
    group by {{ kind_hash }}, reached_steps
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counts as (
    select
        cells.cell_hash,
        numbers.step_number,
        cast(sum(alike.entry_count) as bigint) as entry_count
    from alike
    inner join numbers on (alike.reached_steps & numbers.step_bit) > 0
    inner join cells on alike.kind_hash = cells.kind_hash
    group by cells.cell_hash, numbers.step_number
),

waits as (
    select
        entries.place_kind_hash,
        entries.person_kind_hash,
        steps.step_number,
        {{ seconds_between('steps.previous_reached_at', 'steps.reached_at') }}
            as seconds_from_previous,
        -- for the second step that is the same: it is not counted twice
        case
            when steps.step_number > 2
                then {{ seconds_between('entries.entered_at', 'steps.reached_at') }}
        end as seconds_from_start
    from steps
    inner join entries
        on
            steps.funnel_number = entries.funnel_number
            and steps.entry_key = entries.entry_key
    where steps.step_number > 1
),

waits_of_kinds as (
    {%- for kind_hash in kind_hashes %}
    select
        {{ kind_hash }} as kind_hash,
        step_number,
        seconds_from_previous,
        seconds_from_start
    from waits
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

waits_measured as (
    select
        {%- for wait in ['seconds_from_previous', 'seconds_from_start'] %}
        {{ quantile_of('waits_of_kinds.' ~ wait, [0.5, 0.9], 0.5) }}
            as median_{{ wait }},
        {{ quantile_of('waits_of_kinds.' ~ wait, [0.5, 0.9], 0.9) }}
            as p90_{{ wait }},
        {%- endfor %}
        cells.cell_hash,
        waits_of_kinds.step_number
    from waits_of_kinds
    inner join cells on waits_of_kinds.kind_hash = cells.kind_hash
    group by cells.cell_hash, waits_of_kinds.step_number
)

select
    names.funnel_code,
    names.attribution,
    names.breakdown,
    names.breakdown_value,
    counts.step_number,
    counts.entry_count,
    waits_measured.median_seconds_from_previous,
    waits_measured.p90_seconds_from_previous,
    case
        when counts.step_number = 2 then waits_measured.median_seconds_from_previous
        else waits_measured.median_seconds_from_start
    end as median_seconds_from_start,
    case
        when counts.step_number = 2 then waits_measured.p90_seconds_from_previous
        else waits_measured.p90_seconds_from_start
    end as p90_seconds_from_start
from counts
inner join names on counts.cell_hash = names.cell_hash
left join waits_measured
    on
        counts.cell_hash = waits_measured.cell_hash
        and counts.step_number = waits_measured.step_number
