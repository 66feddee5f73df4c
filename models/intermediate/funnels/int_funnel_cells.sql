{%- set breakdowns = funnel_breakdowns() -%}
-- many entries are of few kinds: what a kind counts for is written once, and entries are counted by integers
with entries as (
    select * from {{ ref('int_funnel_entries_described') }}
),

place_kinds as (
    select
        place_kind_hash as kind_hash,
        min(funnel_number) as funnel_number,
        min(entry_context_key) as entry_context_key,
        min(last_context_key) as last_context_key
    from entries
    group by place_kind_hash
),

person_kinds as (
    select
        person_kind_hash as kind_hash,
        min(funnel_number) as funnel_number,
        min(person_hash) as person_hash
    from entries
    group by person_kind_hash
),

persons as (
    select distinct
        person_hash,
        customer_tier,
        rfm_segment_code,
        lifecycle_stage
    from {{ ref('int_funnel_person_kinds') }}
),

kinds as (
    select
        kind_hash,
        funnel_number,
        entry_context_key,
        last_context_key,
        cast(null as bigint) as person_hash,
        true as is_of_place
    from place_kinds
    union all
    select
        kind_hash,
        funnel_number,
        cast(null as bigint) as entry_context_key,
        cast(null as bigint) as last_context_key,
        person_hash,
        false as is_of_place
    from person_kinds
),

funnels as (
    select * from {{ ref('int_funnels') }}
),

contexts as (
    select * from {{ ref('int_funnel_contexts') }}
),

described as (
    select
        kinds.kind_hash,
        kinds.funnel_number,
        funnels.funnel_code,
        entered.channel_code as entry_channel_code,
        coalesce(entered.campaign, '(none)') as entry_campaign,
        coalesce(entered.region, '(unknown)') as entry_region,
        coalesce(entered.device_class, '(unknown)') as entry_device_class,
        reached.channel_code as last_channel_code,
        coalesce(reached.campaign, '(none)') as last_campaign,
        coalesce(reached.region, '(unknown)') as last_region,
        coalesce(reached.device_class, '(unknown)') as last_device_class,
        coalesce(persons.customer_tier, '(unknown)') as customer_tier,
        persons.rfm_segment_code,
        coalesce(persons.lifecycle_stage, '(unknown)') as lifecycle_stage,
        kinds.is_of_place
    from kinds
    inner join funnels on kinds.funnel_number = funnels.funnel_number
    left join contexts as entered on kinds.entry_context_key = entered.context_key
    left join contexts as reached on kinds.last_context_key = reached.context_key
    left join persons on kinds.person_hash = persons.person_hash
),

breakdowns as (
    {{ breakdown_rows(breakdowns) }}
),

broken_down as (
    select
        described.kind_hash,
        described.funnel_code,
        described.is_of_place,
        breakdowns.attribution,
        breakdowns.breakdown,
        {{ breakdown_value(breakdowns, 'described', 'breakdowns') }} as breakdown_value
    from described
    inner join breakdowns on described.is_of_place = breakdowns.is_of_place
)

select
    *,
    {{ row_hash(['funnel_code', 'attribution', 'breakdown', 'breakdown_value']) }}
        as cell_hash
from broken_down
