{#- True when an interaction is another one than those that the steps before took: where none of them has its type; else when
    it is later than the step before and not of the order that was named last (order_mark; 0: it names none). -#}
{%- macro is_another(reached, chances) -%}
    coalesce(
        not {{ chances }}.is_repeat
        or (
            {{ reached }}.reached_at < {{ chances }}.occurred_at
            and coalesce({{ chances }}.order_mark = 0 or {{ chances }}.order_mark <> {{ reached }}.order_mark, true)
        ),
        true
    )
{%- endmacro -%}
