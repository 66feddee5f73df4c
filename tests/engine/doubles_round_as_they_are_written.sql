-- money and numbers that landed as doubles: the nearest double of 1.005 lies below it
{%- set double = double_type() %}
{{ unlike_expected([
    [typed_value('cast(1.005 as ' ~ double ~ ')', 'amount', 'double'),
     'cast(1.01 as decimal(18, 2))'],
    [typed_value('cast(-10.075 as ' ~ double ~ ')', 'amount', 'double'),
     'cast(-10.08 as decimal(18, 2))'],
    [typed_value('cast(1.00005 as ' ~ double ~ ')', 'number', 'double'),
     'cast(1.0001 as decimal(18, 4))'],
    [typed_value('cast(100000000000 as ' ~ double ~ ')', 'amount', 'double'),
     'cast(100000000000 as decimal(18, 2))'],
    [typed_value('cast(0.0000001 as ' ~ double ~ ')', 'number', 'double'),
     'cast(0 as decimal(18, 4))'],
    [typed_value("cast('NaN' as " ~ double ~ ')', 'amount', 'double'),
     'cast(null as decimal(18, 2))'],
    [typed_value('cast(7 as bigint)', 'number', 'number'),
     'cast(7 as decimal(18, 4))'],
]) }}
