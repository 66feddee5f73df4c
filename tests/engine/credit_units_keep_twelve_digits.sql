-- units of 25 digits as conversions: no engine takes a digit away from the product
with units as (
    select cast(3985714285714 as decimal(25, 0)) as units
)

select units
from units
where
    cast({{ units_as_credit('units') }} as decimal(28, 12))
    <> cast('3.985714285714' as decimal(28, 12))
