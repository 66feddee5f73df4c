{#- Query: the columns of a relation, once per distinct gram of a text in it: its substrings of the given lengths, its words
    of small Latin letters between blanks, and such words two by two as they follow each other. No row for an empty text. -#}
{%- macro grams_of(relation, columns, text, lengths) -%}
    {{ return(adapter.dispatch('grams_of')(relation, columns, text, lengths)) }}
{%- endmacro -%}

{%- macro duckdb__grams_of(relation, columns, text, lengths) -%}
    select
        {{ columns | join(', ') }},
        unnest(list_distinct(list_concat(
            {%- for size in lengths %}
            list_transform(
                range(1, len(signs) - {{ size - 2 }}),
                lambda place: signs[place]{% for more in range(1, size) %} || signs[place + {{ more }}]{% endfor %}
            ),
            {%- endfor %}
            list_transform(words, lambda word: ' ' || word || ' '),
            list_transform(range(1, len(words)), lambda place: ' ' || words[place] || ' ' || words[place + 1] || ' ')
        ))) as gram
    from (
        select
            {{ columns | join(', ') }},
            string_split({{ text }}, '') as signs,
            regexp_extract_all({{ text }}, '[a-z]+') as words
        from {{ relation }}
        where {{ text }} <> ''
    ) as parted
{%- endmacro -%}

{%- macro postgres__grams_of(relation, columns, text, lengths) -%}
    {%- set words = 'regexp_matches(' ~ text ~ ", '[a-z]+', 'g')" -%}
    select distinct {{ columns | join(', ') }}, grams.gram
    from {{ relation }}
    cross join lateral (
        select substr({{ text }}, places.place, sizes.size) as gram
        from generate_series(1, length({{ text }})) as places (place)
        cross join (values ({{ lengths | join('), (') }})) as sizes (size)
        where places.place + sizes.size - 1 <= length({{ text }})
        union all
        select ' ' || found.item[1] || ' ' from {{ words }} as found (item)
        union all
        select ' ' || paired.word || ' ' || paired.next_word || ' '
        from (
            select found.item[1] as word, lead(found.item[1]) over (order by found.place) as next_word
            from {{ words }} with ordinality as found (item, place)
        ) as paired
        where paired.next_word is not null
    ) as grams
{%- endmacro -%}

{%- macro spark__grams_of(relation, columns, text, lengths) -%}
    {%- set words = 'regexp_extract_all(' ~ text ~ ", '[a-z]+', 0)" -%}
    {%- set nothing = 'cast(array() as array<string>)' -%}
    select
        {{ columns | join(', ') }},
        explode(array_distinct(concat(
            {%- for size in lengths %}
            if(
                length({{ text }}) >= {{ size }},
                transform(sequence(1, length({{ text }}) - {{ size - 1 }}), place -> substring({{ text }}, place, {{ size }})),
                {{ nothing }}
            ),
            {%- endfor %}
            transform({{ words }}, word -> concat(' ', word, ' ')),
            if(
                size({{ words }}) > 1,
                transform(
                    sequence(1, size({{ words }}) - 1),
                    place -> concat(' ', {{ words }}[place - 1], ' ', {{ words }}[place], ' ')
                ),
                {{ nothing }}
            )
        ))) as gram
    from {{ relation }}
    where {{ text }} <> ''
{%- endmacro -%}
