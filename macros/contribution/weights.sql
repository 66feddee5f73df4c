{#- Weights of a step in the rule models that split unevenly: whole numbers, of any sum. They read step_count,
    is_first, is_last and what else is named; definitions as in docs/contribution.md. -#}

{#- 40 % first, 40 % last, 20 % shared by the others; 100 % alone; halves of two. -#}
{%- macro position_based_weight() -%}
    case
        when step_count > 2 and (is_first or is_last) then 2 * (step_count - 2)
        else 1
    end
{%- endmacro -%}

{#- 30 % first, 30 % first lead, 30 % last, 10 % shared by the others (other_count); what coincides adds up. A missing lead's
    30 % is shared by first and last, and so is the 10 % when there are no others. In units of 0.5 % ÷ other_count. -#}
{%- macro w_shaped_weight() -%}
    case when is_first or is_last or is_lead_step then 0 else 20 end
    + greatest(other_count, 1) * (
        case when is_first then 60 else 0 end
        + case when is_last then 60 else 0 end
        + case when is_lead_step then 60 else 0 end
        + case when lacks_lead and is_first then 30 else 0 end
        + case when lacks_lead and is_last then 30 else 0 end
        + case when other_count = 0 and is_first then 10 else 0 end
        + case when other_count = 0 and is_last then 10 else 0 end
    )
{%- endmacro -%}

{#- Halves with every half-life between the step and the newest one, which weighs 10^12: its distance to the conversion
    would only scale them all. -#}
{%- macro time_decay_weight() -%}
    round(
        1000000000000 * power(
            cast(0.5 as {{ double_type() }}),
            {{ seconds_between('occurred_at', 'newest_at') }} / ({{ var('time_decay_half_life_days') }} * 86400)
        )
    )
{%- endmacro -%}
