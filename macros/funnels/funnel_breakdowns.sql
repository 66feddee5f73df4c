{#- What funnels are broken down by: [breakdown, the entry's value, the value of the last required step that it reached]. -#}
{%- macro funnel_breakdowns() -%}
    {{ return([
        ['channel', 'entry_channel_code', 'last_channel_code'],
        ['campaign', 'entry_campaign', 'last_campaign'],
        ['region', 'entry_region', 'last_region'],
        ['device', 'entry_device_class', 'last_device_class'],
        ['customer_tier', 'customer_tier', 'customer_tier'],
    ]) }}
{%- endmacro -%}

{#- Relation: every breakdown of `funnel_breakdowns`, attributed at entry and at conversion; `all` once. -#}
{%- macro breakdown_rows(breakdowns) -%}
    select
        'entry' as attribution,
        'all' as breakdown
    {%- for breakdown, at_entry, at_conversion in breakdowns %}
    union all
    select
        'entry' as attribution,
        '{{ breakdown }}' as breakdown
    union all
    select
        'conversion' as attribution,
        '{{ breakdown }}' as breakdown
    {%- endfor %}
{%- endmacro -%}

{#- The value of an entry under a breakdown of `breakdown_rows`. -#}
{%- macro breakdown_value(breakdowns, entries, rows) -%}
    case
        when {{ rows }}.breakdown = 'all' then '(all)'
        {%- for breakdown, at_entry, at_conversion in breakdowns %}
        when {{ rows }}.breakdown = '{{ breakdown }}' and {{ rows }}.attribution = 'entry' then {{ entries }}.{{ at_entry }}
        when {{ rows }}.breakdown = '{{ breakdown }}' then {{ entries }}.{{ at_conversion }}
        {%- endfor %}
    end
{%- endmacro -%}
