-- what can be read is, to the cent and the microsecond; the rest is null and no error
{{ unlike_expected([
    [try_cast_to("'12.345'", 'decimal(18, 2)'),
     "cast(12.35 as decimal(18, 2))"],
    [try_cast_to("'-12.345'", 'decimal(18, 2)'),
     "cast(-12.35 as decimal(18, 2))"],
    [try_cast_to("'99999999999999999999'", 'decimal(18, 2)'),
     "cast(null as decimal(18, 2))"],
    [try_cast_to("'NaN'", 'decimal(18, 2)'),
     "cast(null as decimal(18, 2))"],
    [try_cast_to("'2025-02-30'", 'date'),
     "cast(null as date)"],
    [try_cast_to("'2025-3-1'", 'date'),
     "date '2025-03-01'"],
    [try_cast_to("'2025-03-01 01:02:03.123456789'", 'timestamp'),
     "timestamp '2025-03-01 01:02:03.123456'"],
    [try_cast_to("'x'", 'bigint'),
     "cast(null as bigint)"],
]) }}
