{#- The models that go by the place of a step, each with the percentages of the first step, of the last where it is another, of the
    first step with a lead where it is neither (has_lead: whether that counts) and of all others together; definitions as in
    docs/contribution.md. They read step_count, lead_place (none, first, last, other) and other_count. -#}
{%- macro place_models() -%}
    {%- set shared_by_ends = "case lead_place when 'none' then 15 else 0 end + case when other_count = 0 then 5 else 0 end" -%}
    {{ return([
        {
            'code': 'position_based',
            'has_lead': false,
            'first': 'case when step_count = 1 then 100 when step_count = 2 then 50 else 40 end',
            'last': 'case when step_count = 2 then 50 else 40 end',
            'lead': '0',
            'other': '20',
        },
        {
            'code': 'w_shaped',
            'has_lead': true,
            'first': "case when step_count = 1 then 100 else 30 + case lead_place when 'first' then 30 else 0 end + "
                ~ shared_by_ends ~ ' end',
            'last': "30 + case lead_place when 'last' then 30 else 0 end + " ~ shared_by_ends,
            'lead': '30',
            'other': '10',
        },
    ]) }}
{%- endmacro -%}
