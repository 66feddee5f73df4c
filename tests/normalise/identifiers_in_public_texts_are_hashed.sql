-- What stands in campaigns, regions and names of items as it is, and what does not.
{% set cases = [
    ('13912345678', true),
    ('call 13912345678 back', true),
    ('+8613912345678', true),
    ('+86 13912345678', true),
    ('139-1234-5678', true),
    ('139 1234 5678', true),
    ('１３９１２３４５６７８', true),
    ('+4915112345678', true),
    ('+49 (151) 123-45678', true),
    ('li.hua@example.com', true),
    ('11010119900307231X', true),
    ('oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', true),
    ('199-20240601', false),
    ('2024-11-11 +500', false),
    ('139 spring sale', false),
    ('SKU-1391234567890', false),
    ('广东', false),
    ('', false),
] %}

with cases as (
    {%- for landed, is_hashed in cases %}
    select
        '{{ landed }}' as landed,
        {{ is_hashed | lower }} as is_hashed
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

shown as (
    select
        landed,
        is_hashed,
        {{ public_text('landed') }} as public_text
    from cases
)

select *
from shown
where
    (is_hashed and public_text not like 'masked-%')
    or (not is_hashed and public_text <> landed)
