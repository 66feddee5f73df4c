{#- What funnels are broken down by: [breakdown, the entry's value, the value of the last required step that it reached, whether
    the value is the place's (of an interaction) or the person's]. -#}
{%- macro funnel_breakdowns() -%}
    {{ return([
        ['channel', 'entry_channel_code', 'last_channel_code', 'place'],
        ['campaign', 'entry_campaign', 'last_campaign', 'place'],
        ['region', 'entry_region', 'last_region', 'place'],
        ['device', 'entry_device_class', 'last_device_class', 'place'],
        ['customer_tier', 'customer_tier', 'customer_tier', 'person'],
        ['rfm_segment', 'rfm_segment_code', 'rfm_segment_code', 'person'],
        ['lifecycle_stage', 'lifecycle_stage', 'lifecycle_stage', 'person'],
    ]) }}
{%- endmacro -%}

{#- Relation: every breakdown of `funnel_breakdowns`, attributed at entry and, where that differs, at conversion. -#}
{%- macro breakdown_rows(breakdowns) -%}
    select
        'entry' as attribution,
        'all' as breakdown,
        true as is_of_place
    {%- for breakdown, at_entry, at_conversion, whose in breakdowns %}
    union all
    select
        'entry' as attribution,
        '{{ breakdown }}' as breakdown,
        {{ 'true' if whose == 'place' else 'false' }} as is_of_place
    {%- if whose == 'place' %}
    union all
    select
        'conversion' as attribution,
        '{{ breakdown }}' as breakdown,
        true as is_of_place
    {%- endif %}
    {%- endfor %}
{%- endmacro -%}

{#- The value of an entry under a breakdown of `breakdown_rows`. -#}
{%- macro breakdown_value(breakdowns, entries, rows) -%}
    case
        when {{ rows }}.breakdown = 'all' then '(all)'
        {%- for breakdown, at_entry, at_conversion, whose in breakdowns %}
        when {{ rows }}.breakdown = '{{ breakdown }}' and {{ rows }}.attribution = 'entry' then {{ entries }}.{{ at_entry }}
        when {{ rows }}.breakdown = '{{ breakdown }}' then {{ entries }}.{{ at_conversion }}
        {%- endfor %}
    end
{%- endmacro -%}
