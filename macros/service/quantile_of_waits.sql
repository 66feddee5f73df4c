{#- Quantile of waits, of which those that have not ended are null: they are slower than any that has. What falls
    on them, or between one of them and a real wait, lies beyond any real time; `ended_wait` says that there is no answer. -#}
{%- macro quantile_of_waits(seconds, share, is_wait='true') -%}
    {{ quantile('case when ' ~ is_wait ~ ' then coalesce(' ~ seconds ~ ', 1e15) end', share) }}
{%- endmacro -%}

{#- A quantile of waits in seconds; null where it falls on those that have not ended. -#}
{%- macro ended_wait(quantile_seconds) -%}
    case when {{ quantile_seconds }} < 1e13 then {{ quantile_seconds }} end
{%- endmacro -%}
