{#- Query of the days from the first to the last date of a relation of one row; none where these are null, or
    the last is before the first. -#}
{%- macro every_day(bounds, first_date, last_date) -%}
    {{ return(adapter.dispatch('every_day')(bounds, first_date, last_date)) }}
{%- endmacro -%}

{%- macro duckdb__every_day(bounds, first_date, last_date) -%}
    select cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval '1' day)) as date) as calendar_date
    from {{ bounds }}
{%- endmacro -%}

{%- macro postgres__every_day(bounds, first_date, last_date) -%}
    select cast(days.calendar_at as date) as calendar_date
    from
        {{ bounds }},
        generate_series(cast({{ first_date }} as timestamp), cast({{ last_date }} as timestamp), interval '1' day) as days (calendar_at)
{%- endmacro -%}

{#- Spark has no empty series: it fails where the last date is before the first. -#}
{%- macro spark__every_day(bounds, first_date, last_date) -%}
    select explode(
        case
            when {{ first_date }} <= {{ last_date }} then sequence({{ first_date }}, {{ last_date }}, interval '1' day)
        end
    ) as calendar_date
    from {{ bounds }}
{%- endmacro -%}
